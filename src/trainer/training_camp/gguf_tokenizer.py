"""A tokenizer.json out of GGUF metadata, token for token what llama.cpp does."""

from __future__ import annotations

from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE

from .refusal import Refusal

CONTROL, USER_DEFINED = 3, 4


def build_tokenizer(metadata: dict[str, Any]) -> Tokenizer:
    """Only kinds whose equality with llama.cpp was measured; any other is refused rather than guessed."""
    model, pre = metadata.get("tokenizer.ggml.model"), metadata.get("tokenizer.ggml.pre")
    if model != "gpt2" or pre != "smollm":
        raise Refusal(
            "gguf_tokenizer_unsupported",
            f"The GGUF file has a tokenizer of kind {model}/{pre}, which is not known to be converted exactly.",
            "Use the model's safetensors folder with its tokenizer.json.",
        )
    tokens: list[str] = metadata["tokenizer.ggml.tokens"]
    merges: list[str] = metadata["tokenizer.ggml.merges"]
    types: list[int] = metadata["tokenizer.ggml.token_type"]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    tokenizer = Tokenizer(BPE(vocab=vocabulary, merges=[_pair(merge) for merge in merges], fuse_unk=False))
    # llama.cpp's "smollm" splits digits one by one before GPT-2's expression sees the text.
    digits = pre_tokenizers.Digits(individual_digits=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(_added(tokens, types, CONTROL))
    tokenizer.add_tokens(_added(tokens, types, USER_DEFINED))
    return tokenizer


def tokenizer_config(metadata: dict[str, Any]) -> dict[str, Any]:
    """The class must be PreTrainedTokenizerFast: GPT2Tokenizer brings its own pre-tokenizer in transformers 5."""
    tokens: list[str] = metadata["tokenizer.ggml.tokens"]
    config: dict[str, Any] = {"tokenizer_class": "PreTrainedTokenizerFast"}
    for name, key in (("bos", "bos"), ("eos", "eos"), ("pad", "padding"), ("unk", "unknown")):
        number = metadata.get(f"tokenizer.ggml.{key}_token_id")
        if number is not None:
            config[f"{name}_token"] = tokens[number]
    architecture = metadata["general.architecture"]
    config["model_max_length"] = metadata[f"{architecture}.context_length"]
    config["clean_up_tokenization_spaces"] = False
    config["add_prefix_space"] = False
    if "tokenizer.chat_template" in metadata:
        config["chat_template"] = metadata["tokenizer.chat_template"]
    return config


def _pair(merge: str) -> tuple[str, str]:
    left, _, right = merge.partition(" ")
    return left, right


def _added(tokens: list[str], types: list[int], kind: int) -> list[AddedToken]:
    found = [token for token, type_ in zip(tokens, types, strict=True) if type_ == kind]
    return [AddedToken(token, special=kind == CONTROL, normalized=False) for token in found]
