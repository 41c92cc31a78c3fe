"""The token lens shows what training sees."""

from support import tokenizers as kinds
from training_camp.data import Encoder
from training_camp.inspect import describe, describe_pair, token_texts
from training_camp.pairs import encode_pairs

ROW = {
    "kind": "chat",
    "messages": [{"role": "user", "content": "grüße 🦉 <|im_end|>"}, {"role": "assistant", "content": "naïve 😀"}],
}


def test_texts_of_the_tokens_put_together_are_the_rendered_row():
    made = Encoder(kinds.byte_level(), max_length=500)
    shown = describe(made.encode(4, ROW), made)
    text = "".join(token["text"] for token in shown["tokens"])
    assert text == "<|im_start|>user\ngrüße 🦉 <|im_end|><|im_end|>\n<|im_start|>assistant\nnaïve 😀<|im_end|>\n"
    assert shown["row"] == 4


def test_the_lens_counts_the_tokens_that_training_counts():
    made = Encoder(kinds.byte_level(), max_length=500)
    encoded = made.encode(0, ROW)
    shown = describe(encoded, made)
    assert shown["trainedTokens"] == sum(encoded.trained) == sum(token["trained"] for token in shown["tokens"])
    assert [token["text"] for token in shown["tokens"] if token["stop"]] == ["<|im_end|>"]
    assert shown["stopTrained"]


def test_a_byte_that_is_no_character_spoils_no_other_text():
    made = Encoder(kinds.byte_level(), max_length=500)
    stray, *_ = made.encode(0, {"kind": "text", "text": "🦉"}).ids
    whole = made.encode(0, {"kind": "text", "text": "a🦉b"}).ids[:6]
    texts = token_texts([stray, *whole], lambda ids: made.decode(ids, skip_special=False))
    assert len(texts) == 7
    assert "".join(texts) == "\ufffda🦉b"


def test_a_preference_is_shown_as_both_conversations_and_counts_what_training_counts():
    made = Encoder(kinds.byte_level(), max_length=500)
    row = {
        "kind": "preference",
        "messages": [{"role": "user", "content": "which"}],
        "chosen": [{"role": "assistant", "content": "this"}],
        "rejected": [{"role": "assistant", "content": "that one"}],
    }
    [pair] = encode_pairs(made, [(2, row)])
    shown = describe_pair(pair, made)
    prompt = "<|im_start|>user\nwhich<|im_end|>\n<|im_start|>assistant\n"
    text = "".join(token["text"] for token in shown["tokens"])
    assert text == f"{prompt}this<|im_end|>\n{prompt}that one<|im_end|>\n"
    trained = [token["text"] for token in shown["tokens"] if token["trained"]]
    assert "".join(trained) == "this<|im_end|>that one<|im_end|>"
    assert shown["trainedTokens"] == pair.chosen.trained_tokens + pair.rejected.trained_tokens
    assert (shown["row"], shown["dropReason"], shown["stopTrained"]) == (2, None, True)
