"""Training Camp's trainer: LoRA fine-tuning of causal language models, driven by a run directory."""

__version__ = "0.1.0"
