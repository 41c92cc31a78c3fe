"""The token lens shows what training sees."""

from support import tokenizers as kinds

from training_camp.data import Encoder
from training_camp.inspect import describe, token_texts

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


def test_a_token_that_is_no_character_is_shown_as_such():
    made = Encoder(kinds.byte_level(), max_length=500)
    owl = made.encode(0, {"kind": "text", "text": "🦉"}).ids[:4]
    texts = token_texts([owl[0], owl[0], *owl], lambda ids: made.decode(ids, skip_special=False))
    assert len(texts) == 6
    assert "".join(texts).endswith("🦉")
