"""Random models of each architecture that is claimed, with 6 layers of 64."""

from __future__ import annotations

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from training_camp import attention
from training_camp.config import LoraConfig
from training_camp.lora import add_lora
from training_camp.model import prepare_model

SHAPE = {
    "vocab_size": 300,
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 6,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "pad_token_id": 256,
    "bos_token_id": 256,
    "eos_token_id": 257,
}
THIRDS = ["sliding_attention", "sliding_attention", "full_attention"] * 2
HALVES = ["sliding_attention", "full_attention"] * 3
TEMPLATE = (
    "{% for m in messages %}<|start|>{{ m['role'] }}\n{{ m['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
)


def config_of(name):
    t = transformers
    return {
        "llama": lambda: t.LlamaConfig(**SHAPE),
        "llama-bias": lambda: t.LlamaConfig(**SHAPE, attention_bias=True, mlp_bias=True),
        "qwen2": lambda: t.Qwen2Config(**SHAPE),
        "qwen3": lambda: t.Qwen3Config(**SHAPE, head_dim=32),
        "qwen3-sliding": lambda: t.Qwen3Config(
            **SHAPE, head_dim=32, use_sliding_window=True, sliding_window=16, layer_types=THIRDS
        ),
        "mistral": lambda: t.MistralConfig(**SHAPE, sliding_window=16),
        "gemma2": lambda: t.Gemma2Config(
            **SHAPE,
            head_dim=32,
            query_pre_attn_scalar=24,
            sliding_window=16,
            attn_logit_softcapping=5.0,
            final_logit_softcapping=3.0,
            layer_types=HALVES,
        ),
        "gemma3": lambda: t.Gemma3TextConfig(
            **SHAPE, head_dim=32, query_pre_attn_scalar=24, sliding_window=16, layer_types=THIRDS
        ),
    }[name]()


ARCHITECTURES = ["llama", "llama-bias", "qwen2", "qwen3", "qwen3-sliding", "mistral", "gemma2", "gemma3"]


def random_model(name):
    """Weights far enough from 0 that attention and caps matter."""
    return model_of(config_of(name))


def model_of(config):
    torch.manual_seed(3)
    attention.register()
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager").float()
    generator = torch.Generator().manual_seed(1)
    for parameter in model.parameters():
        parameter.data.add_(torch.randn(parameter.shape, generator=generator) * 0.05)
    return model


def lora_model(name, last_layers=None, targets="all-linear"):
    """With adapters that already do something."""
    model = prepare_model(random_model(name))
    model = add_lora(model, LoraConfig(rank=4, alpha=8, target_modules=targets, last_layers=last_layers), seed=0)
    generator = torch.Generator().manual_seed(2)
    for key, parameter in model.named_parameters():
        if "lora_B" in key:
            parameter.data.normal_(0, 0.02, generator=generator)
    return model


def tokenizer():
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    backend = Tokenizer(models.BPE(vocab={letter: index for index, letter in enumerate(alphabet)}, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(["<|start|>", "<|end|>"])
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token="<|start|>",
        eos_token="<|end|>",
        pad_token="<|start|>",
        chat_template=TEMPLATE,
    )


def save_tiny_model(folder, name):
    random_model(name).save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    return folder
