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
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tinyagent_cli.errors import UsageError
from tinyagent_cli.learning import augment, full_dialect
from tinyagent_cli.learning.corpus import Example
from tinyagent_cli.learning.examples import text_of
from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.planner.dialects import compact_prompt
from tinyagent_cli.toolbox import Toolbox

LAYERS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
IGNORED = -100
LONGEST = 320
"""Tokens of command and plan in the compact dialect; what is longer is left out."""


@dataclass(frozen=True)
class Recipe:
    """Everything that settles a run. `batch` counts examples; rates are those of AdamW.

    With `minutes`, the schedule runs by the clock and the run ends on time, however many epochs that makes.
    `emphasis[n]` is how many variants of a command with a plan of n steps an epoch holds on average; its last entry
    stands for longer plans too. `dialect` is "compact", which has learned the tools, or "full", the published prompt.
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
    emphasis: tuple[float, ...] = (1.0,)
    seed: int = 17
    minutes: float | None = None
    dialect: str = "compact"

    def variants(self, example: Example) -> float:
        """How many variants of a command an epoch holds, on average."""
        return self.emphasis[min(len(example.plan.steps), len(self.emphasis) - 1)]


Encoded = tuple[list[int], int, list[float]]
"""The tokens of prompt and plan, how many of them are the prompt, and for each tool whether it is used."""


def encoded(example: Example, tools: dict[str, Tool], tokenizer: Any) -> Encoded:
    """Encode an example for training."""
    prompt = compact_prompt.encode(example.command, lambda t: tokenizer(t, add_special_tokens=False).input_ids)
    plan: list[int] = []
    for line in text_of(example, tools).split("\n"):
        plan += [*tokenizer(line, add_special_tokens=False).input_ids, compact_prompt.LINE_BREAK]
    used = {step.tool for step in example.plan.steps}
    return [*prompt, *plan, compact_prompt.END], len(prompt), [float(name in used) for name in tools]


def batches(
    examples: Sequence[Example], tools: dict[str, Tool], tokenizer: Any, recipe: Recipe, epoch: int
) -> Iterator[list[Encoded]]:
    """Yield the batches of one epoch: augmented anew, of similar lengths, in random order."""
    rng = random.Random(f"{recipe.seed}/{epoch}")  # noqa: S311 (nothing here is secret)
    pools = augment.Pools.of(examples)
    strength = recipe.augmentation if epoch else recipe.augmentation * 0.5
    chosen = [e for e in examples for _ in range(_round(recipe.variants(e), rng))]
    toolbox = Toolbox(tuple(tools.values()), {})

    def item(example: Example) -> Encoded:
        varied = augment.augmented(example, rng, pools, strength)
        if recipe.dialect == "full":
            return full_dialect.encoded(example, varied, toolbox, tokenizer, rng)
        return encoded(varied, tools, tokenizer)

    longest = full_dialect.LONGEST if recipe.dialect == "full" else LONGEST
    items = [found for found in map(item, chosen) if len(found[0]) <= longest]
    rng.shuffle(items)
    chunk = recipe.batch * 32
    out = []
    for at in range(0, len(items), chunk):
        part = sorted(items[at : at + chunk], key=lambda item: len(item[0]))
        out += [part[i : i + recipe.batch] for i in range(0, len(part), recipe.batch)]
    rng.shuffle(out)
    yield from out


def _round(number: float, rng: random.Random) -> int:
    """Round down or up, such that the mean is `number`."""
    return int(number) + (rng.random() < number % 1)


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
    inner = model.base_model.model
    hidden = inner.model(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state[:, :-1]
    wanted = labels[:, 1:] != IGNORED
    logits = inner.lm_head(hidden[wanted])
    last = hidden[range(len(batch)), [prompt - 1 for _, prompt, _ in batch]]
    used = torch.tensor([tools for _, _, tools in batch], device=device)
    retrieval = functional.binary_cross_entropy_with_logits(head(last).float(), used, reduction="sum") / len(batch)
    return functional.cross_entropy(logits.float(), labels[:, 1:][wanted]), retrieval


def _tokenizer(gguf: Path, recipe: Recipe) -> Any:
    """What makes tokens of texts: transformers' tokenizer, and for the full dialect llama.cpp itself."""
    if recipe.dialect == "full":
        from tinyagent_cli.planner.engine import Engine

        return Engine(gguf, context=512)
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)


class Training:
    """One run: the model with its adapter and head, the optimizer, and how far it has come, `done`, from 0 to 1.

    Under `accelerate launch` every process has the same weights, a batch of its own, and the mean of all gradients.
    Checkpoints (weights, optimizer, position) go to `out/checkpoint.pt`, the learning curve to `out/curve.jsonl`.
    """

    def __init__(self, gguf: Path, tools: dict[str, Tool], out: Path, recipe: Recipe) -> None:
        import torch
        from accelerate import Accelerator
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForCausalLM

        out.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(recipe.seed)
        self.tools, self.out, self.recipe = tools, out, recipe
        self.accelerator = Accelerator()
        self.tokenizer = _tokenizer(gguf, recipe)
        base = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
        adapted = get_peft_model(
            base,
            LoraConfig(
                r=recipe.rank, lora_alpha=recipe.alpha, lora_dropout=recipe.dropout,
                target_modules=list(LAYERS), bias="none",
            ),
        )  # fmt: skip
        adapted.train()
        head = torch.nn.Linear(base.config.hidden_size, len(tools))
        self.weights = {n: p for n, p in adapted.named_parameters() if p.requires_grad}
        self.weights |= {f"head.{n}": p for n, p in head.named_parameters()}
        optimizer = torch.optim.AdamW(self.weights.values(), lr=recipe.rate, betas=(0.9, 0.98), weight_decay=0.0)
        device = self.accelerator.device
        self.model, self.head, self.optimizer = adapted.to(device), head.to(device), optimizer
        self.mean = {n: torch.zeros_like(p, device="cpu") for n, p in self.weights.items()}
        self.step = self.epoch = self.averaged = self.total = self.seen = 0
        self.running: tuple[float, float] | None = None
        self.begun = self.started = time.time()
        self.done = 0.0

    def go_on(self) -> None:
        """Look how much of the run is done: by the first process's clock where the recipe says so, else by steps."""
        from accelerate.utils import broadcast_object_list

        if self.recipe.minutes:
            (self.done,) = broadcast_object_list([(time.time() - self.begun) / 60 / self.recipe.minutes])
        else:
            self.done = self.step / self.total

    def restore(self) -> None:
        """Go on from the checkpoint, if there is one."""
        import torch

        if not self._checkpoint.is_file():
            return
        state = torch.load(self._checkpoint, weights_only=True)
        for name, p in self.weights.items():
            p.data.copy_(state["weights"][name])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.epoch, self.averaged = state["step"], state["epoch"], state["averaged"]
        self.begun = time.time() - state["seconds"]
        self.mean = state["mean"]

    def save(self) -> None:
        """Write the checkpoint."""
        import torch

        part = self._checkpoint.with_suffix(".part")
        state = {
            "weights": {n: p.detach().cpu() for n, p in self.weights.items()}, "mean": self.mean,
            "optimizer": self.optimizer.state_dict(), "step": self.step, "epoch": self.epoch, "averaged": self.averaged,
            "seconds": time.time() - self.begun,
        }  # fmt: skip
        torch.save(state, part)
        part.replace(self._checkpoint)

    @property
    def _checkpoint(self) -> Path:
        return self.out / "checkpoint.pt"

    def take(self, batch: list[Encoded]) -> None:
        """Make one step on a batch."""
        recipe = self.recipe
        rate = recipe.rate * schedule(self.done, recipe.warmup)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        with self.accelerator.autocast():
            loss, retrieval = loss_of(self.model, self.head, batch, self.accelerator.device)
        self.accelerator.backward(loss + recipe.retrieval * retrieval)
        if self.accelerator.num_processes > 1:
            for p in self.weights.values():
                p.grad = self.accelerator.reduce(p.grad, "mean")
        self.accelerator.clip_grad_norm_(self.model.parameters(), recipe.clip)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1
        self.seen += sum(len(tokens) for tokens, _, _ in batch)
        now = (loss.item(), retrieval.item())
        old = self.running or now
        self.running = (0.97 * old[0] + 0.03 * now[0], 0.97 * old[1] + 0.03 * now[1])
        if self.done >= 1 - recipe.average:
            self.averaged += 1
            for name, p in self.weights.items():
                self.mean[name] += (p.detach().cpu() - self.mean[name]) / self.averaged
        if self.accelerator.is_main_process and (self.step == 1 or self.step % 10 == 0):
            self._note(rate)
        if self.accelerator.is_main_process and self.step % 25 == 0:
            self.save()
        self.go_on()

    def _note(self, rate: float) -> None:
        loss, retrieval = self.running or (0.0, 0.0)
        row = {
            "step": self.step, "progress": round(self.done, 4), "loss": round(loss, 4),
            "retrieval": round(retrieval, 4), "rate": rate,
            "tokens_per_second": round(self.seen / (time.time() - self.started)), "epoch": self.epoch,
        }  # fmt: skip
        with (self.out / "curve.jsonl").open("a") as curve:
            curve.write(json.dumps(row) + "\n")

    def finish(self) -> Path:
        """Put the mean of the last part's weights in and write the adapter (peft's form) and the head."""
        import torch

        if self.averaged:
            for name, p in self.weights.items():
                p.data.copy_(self.mean[name])
        folder = self.out / "adapter"
        if self.accelerator.is_main_process:
            self.save()
            self.model.save_pretrained(folder)
            torch.save({"tools": list(self.tools), **self.head.state_dict()}, self.out / "head.pt")
        self.accelerator.wait_for_everyone()
        return folder


def train(
    gguf: Path,
    read_examples: Callable[[], Iterable[Example]],
    tools: dict[str, Tool],
    out: Path,
    recipe: Recipe,
    *,
    resume: bool = False,
) -> Path:
    """Train an adapter on the GGUF file `gguf`; returns the folder of the finished peft adapter.

    `read_examples()` is asked at the start of every epoch, so a corpus that grows meanwhile is used. The finished
    weights are the mean over the last `recipe.average` of the run (arXiv 1803.05407). Under `accelerate launch` all
    processes return when the first has written them. Raises UsageError where there are too few examples for a batch.
    """
    run = Training(gguf, tools, out, recipe)
    examples = list(read_examples())
    epoch = sum(map(recipe.variants, examples))
    run.total = math.ceil(recipe.epochs * epoch / recipe.batch / run.accelerator.num_processes)
    if resume:
        run.restore()
    elif run.accelerator.is_main_process:
        (out / "curve.jsonl").unlink(missing_ok=True)
    run.go_on()
    about = {**asdict(recipe), "steps": run.total, "examples": len(examples)}
    (out / "recipe.json").write_text(json.dumps(about, indent=1))
    while run.done < 1:
        before = run.step
        of_all = [batches(examples, tools, run.tokenizer, recipe, run.epoch)] * run.accelerator.num_processes
        for each in zip(*of_all, strict=False):  # a batch for every process; the last, too few for all, are left out
            run.take(each[run.accelerator.process_index])
            if run.done >= 1:
                break
        else:
            if run.step == before:
                raise UsageError(f"{len(examples)} commands make no batch for every process: take a smaller --batch")
        run.epoch += 1
        examples = list(read_examples())
    return run.finish()


def first_process() -> bool:
    """True for the one process, or the first of those that `accelerate launch` started."""
    from accelerate import PartialState

    return bool(PartialState().is_main_process)


def schedule(done: float, warmup: float) -> float:
    """Linear warm-up, then a cosine down to a twentieth; `done` is 0 at the start and 1 at the end."""
    if done < warmup:
        return max(done / warmup, 0.02)
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (done - warmup) / (1 - warmup)))
