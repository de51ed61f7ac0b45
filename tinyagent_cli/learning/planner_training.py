"""Fine-tunes the starter planner: LoRA on the 4-bit file's own weights, loss on the plan alone.

Methods: LoRA (arXiv 2106.09685); training on the dequantized 4-bit base, so that the adapter corrects the
very weights that run, stands for the quantization-aware step of TinyAgent (arXiv 2409.00608).
Runs on CPU in float32 and, under `accelerate launch`, on any number of GPUs.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tinyagent_cli.learning import augment
from tinyagent_cli.learning.corpus import Example
from tinyagent_cli.learning.examples import text_of
from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.planner.dialects import compact_prompt

LAYERS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
IGNORED = -100


@dataclass(frozen=True)
class Recipe:
    """Everything that settles a run. `batch` counts examples; rates are those of AdamW.

    With `minutes`, the schedule runs by the clock and the run ends on time, however many epochs that makes.
    """

    rank: int = 32
    alpha: int = 64
    rate: float = 1e-3
    epochs: float = 5.0
    batch: int = 16
    warmup: float = 0.04
    dropout: float = 0.0
    clip: float = 1.0
    average: float = 0.2
    retrieval: float = 0.15
    augmentation: float = 1.0
    seed: int = 17
    minutes: float | None = None


Encoded = tuple[list[int], int, list[float]]
"""The tokens of prompt and plan, how many of them are the prompt, and for each tool whether it is used."""


def encoded(example: Example, tools: dict[str, Tool], tokenizer: Any) -> Encoded:
    """Encode an example for training."""
    prompt = compact_prompt.encode(example.command, lambda t: tokenizer(t, add_special_tokens=False).input_ids)
    plan: list[int] = []
    for line in text_of(example, tools).split("\n"):
        plan += [*tokenizer(line, add_special_tokens=False).input_ids, compact_prompt.LINE_BREAK]
    used = {step.tool for step in example.plan.steps}
    return prompt + [*plan, compact_prompt.END], len(prompt), [float(name in used) for name in tools]


def batches(
    examples: Sequence[Example], tools: dict[str, Tool], tokenizer: Any, recipe: Recipe, epoch: int
) -> Iterator[list[Encoded]]:
    """Yield the batches of one epoch: augmented anew, of similar lengths, in random order."""
    rng = random.Random(f"{recipe.seed}/{epoch}")
    pools = augment.Pools.of(examples)
    strength = recipe.augmentation if epoch else recipe.augmentation * 0.5
    items = [encoded(augment.augmented(e, rng, pools, strength), tools, tokenizer) for e in examples]
    items = [item for item in items if len(item[0]) <= 320]
    rng.shuffle(items)
    chunk = recipe.batch * 32
    out = []
    for at in range(0, len(items), chunk):
        part = sorted(items[at : at + chunk], key=lambda item: len(item[0]))
        out += [part[i : i + recipe.batch] for i in range(0, len(part), recipe.batch)]
    rng.shuffle(out)
    yield from out


def loss_of(model: Any, head: Any, batch: list[Encoded], device: Any) -> tuple[Any, Any]:
    """The planner's loss, mean cross-entropy over the plan's tokens, and the retriever's.

    The vocabulary's logits are computed at those positions only. The retriever is a linear head on the state
    at the prompt's last token; its loss is binary cross-entropy, summed over the tools.
    """
    import torch
    from torch.nn import functional

    width = max(len(tokens) for tokens, _, _ in batch)
    ids = torch.full((len(batch), width), compact_prompt.END)
    labels = torch.full((len(batch), width), IGNORED)
    mask = torch.zeros((len(batch), width), dtype=torch.long)
    for row, (tokens, prompt, _) in enumerate(batch):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        labels[row, prompt : len(tokens)] = ids[row, prompt : len(tokens)]
        mask[row, : len(tokens)] = 1
    ids, labels, mask = ids.to(device), labels.to(device), mask.to(device)
    inner = getattr(model, "module", model).base_model.model
    hidden = inner.model(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state[:, :-1]
    wanted = labels[:, 1:] != IGNORED
    logits = inner.lm_head(hidden[wanted])
    last = hidden[range(len(batch)), [prompt - 1 for _, prompt, _ in batch]]
    used = torch.tensor([tools for _, _, tools in batch], device=device)
    retrieval = functional.binary_cross_entropy_with_logits(head(last).float(), used, reduction="sum") / len(batch)
    return functional.cross_entropy(logits.float(), labels[:, 1:][wanted]), retrieval


def train(
    gguf: Path, read_examples: Any, tools: dict[str, Tool], out: Path, recipe: Recipe, resume: bool = False
) -> Path:
    """Train an adapter on the GGUF file `gguf`; returns the folder of the finished peft adapter.

    `read_examples()` is asked at the start of every epoch, so that a corpus that grows meanwhile is used. Checkpoints
    (adapter, optimizer, position) go to `out/checkpoint.pt`, the learning curve to `out/curve.jsonl`. The finished
    adapter is the mean of the weights over the last `recipe.average` of the run (arXiv 1803.05407).
    """
    import torch
    from accelerate import Accelerator
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, AutoTokenizer

    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    accelerator = Accelerator()
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    base = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
    config = LoraConfig(
        r=recipe.rank, lora_alpha=recipe.alpha, lora_dropout=recipe.dropout, target_modules=list(LAYERS), bias="none"
    )
    model = get_peft_model(base, config)
    model.train()
    head = torch.nn.Linear(base.config.hidden_size, len(tools))
    weights = {n: p for n, p in model.named_parameters() if p.requires_grad}
    weights |= {f"head.{n}": p for n, p in head.named_parameters()}
    optimizer = torch.optim.AdamW(weights.values(), lr=recipe.rate, betas=(0.9, 0.98), weight_decay=0.0)
    model, head, optimizer = accelerator.prepare(model, head, optimizer)

    first = list(read_examples())
    total = math.ceil(recipe.epochs * len(first) / recipe.batch)
    step, epoch, averaged = 0, 0, 0
    mean = {n: torch.zeros_like(p, device="cpu") for n, p in weights.items()}
    saved = out / "checkpoint.pt"
    if resume and saved.is_file():
        state = torch.load(saved, weights_only=True)
        for name, p in weights.items():
            if name in state["weights"]:
                p.data.copy_(state["weights"][name])
        if len(state["optimizer"]["state"]) == len(weights):
            optimizer.load_state_dict(state["optimizer"])
        step, epoch, averaged, mean = state["step"], state["epoch"], state["averaged"], state["mean"]
    (out / "recipe.json").write_text(json.dumps({**asdict(recipe), "steps": total, "examples": len(first)}, indent=1))

    def save() -> None:
        part = saved.with_suffix(".part")
        torch.save(
            {"weights": {n: p.detach().cpu() for n, p in weights.items()}, "optimizer": optimizer.state_dict(),
             "step": step, "epoch": epoch, "averaged": averaged, "mean": mean}, part,
        )  # fmt: skip
        part.replace(saved)

    begun, seen, running, missed = time.time(), 0, None, None

    def progress() -> float:
        return (time.time() - begun) / 60 / recipe.minutes if recipe.minutes else step / total

    with (out / "curve.jsonl").open("a") as curve:
        while progress() < 1:
            examples = first if not epoch else list(read_examples())
            for n, batch in enumerate(batches(examples, tools, tokenizer, recipe, epoch)):
                if n % accelerator.num_processes != accelerator.process_index:
                    continue
                if progress() >= 1:
                    break
                rate = recipe.rate * schedule(progress(), recipe.warmup)
                for group in optimizer.param_groups:
                    group["lr"] = rate
                loss, retrieval = loss_of(model, head, batch, accelerator.device)
                accelerator.backward(loss + recipe.retrieval * retrieval)
                accelerator.clip_grad_norm_(model.parameters(), recipe.clip)
                optimizer.step()
                optimizer.zero_grad()
                step += 1
                seen += sum(len(tokens) for tokens, _, _ in batch)
                missed = retrieval.item() if missed is None else 0.97 * missed + 0.03 * retrieval.item()
                running = loss.item() if running is None else 0.97 * running + 0.03 * loss.item()
                if progress() >= 1 - recipe.average:
                    averaged += 1
                    for name, p in weights.items():
                        mean[name] += (p.detach().cpu() - mean[name]) / averaged
                if step % 10 == 0 and accelerator.is_main_process:
                    row = {
                        "step": step, "progress": round(progress(), 4), "loss": round(running, 4),
                        "retrieval": round(missed, 4), "rate": rate,
                        "tokens_per_second": round(seen / (time.time() - begun)), "epoch": epoch,
                    }  # fmt: skip
                    curve.write(json.dumps(row) + "\n")
                    curve.flush()
                if step % 25 == 0 and accelerator.is_main_process:
                    save()
            epoch += 1
    if averaged:
        for name, p in weights.items():
            p.data.copy_(mean[name])
    save()
    finished = out / "adapter"
    torch.save({"tools": list(tools), **head.state_dict()}, out / "head.pt")
    accelerator.unwrap_model(model).save_pretrained(finished)
    return finished


def schedule(done: float, warmup: float) -> float:
    """Linear warm-up, then a cosine down to a twentieth; `done` is 0 at the start and 1 at the end."""
    if done < warmup:
        return max(done / warmup, 0.02)
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (done - warmup) / (1 - warmup)))
