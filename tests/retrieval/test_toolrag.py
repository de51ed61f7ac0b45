"""TinyAgent's tool classifier, on a small one of the same kind with random weights: the published ones are not here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tinyagent_cli.errors import ModelError
from tinyagent_cli.retrieval.toolrag import LABELS, THRESHOLD, ToolRag
from tinyagent_cli.toolbox import built_in

torch: Any = pytest.importorskip("torch")
transformers: Any = pytest.importorskip("transformers")
tokenizers: Any = pytest.importorskip("tokenizers")

TOOLS = built_in()
COMMAND = "text Sid that I am late"


def classifier(folder: Path, labels: int = 16) -> Path:
    """A DeBERTa-v2 of two small layers with its tokenizer, saved as transformers saves the published one."""
    torch.manual_seed(3)
    words = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]", *[f"▁{w}" for w in COMMAND.split()], *map(chr, range(32, 127)), "▁"]
    unigram = tokenizers.models.Unigram([(word, -float(n)) for n, word in enumerate(words)], unk_id=3)
    backend = tokenizers.Tokenizer(unigram)
    backend.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    backend.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", unk_token="[UNK]",
    )  # fmt: skip
    config = transformers.DebertaV2Config(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48,
        relative_attention=True, pos_att_type=["p2c", "c2p"], position_buckets=16, max_relative_positions=-1,
        norm_rel_ebd="layer_norm", share_att_key=True, position_biased_input=False, type_vocab_size=0,
        num_labels=labels, problem_type="multi_label_classification", pooler_hidden_size=32,
    )  # fmt: skip
    model = transformers.DebertaV2ForSequenceClassification(config)
    with torch.no_grad():
        model.classifier.bias.copy_(torch.linspace(-2, 2, labels))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return classifier(tmp_path_factory.mktemp("toolrag"))


def test_every_label_is_a_tool_and_every_tool_has_its_label() -> None:
    assert sorted(LABELS) == sorted(tool.name for tool in TOOLS)
    assert len(LABELS) == 16


def test_the_scores_are_the_models_own_each_by_itself(folder: Path) -> None:
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        logits = model(**tokenizer(COMMAND, return_tensors="pt")).logits[0]
    found = ToolRag(folder).scores(COMMAND)
    assert list(found) == list(LABELS)
    for score, logit in zip(found.values(), logits.tolist(), strict=True):
        assert score == pytest.approx(1 / (1 + pow(2.718281828459045, -logit)), abs=1e-6)
    assert sum(found.values()) != pytest.approx(1.0, abs=0.5), "no softmax"


def test_what_reaches_the_threshold_is_offered_and_never_nothing(folder: Path) -> None:
    rag = ToolRag(folder)
    retrieved = rag.retrieve(COMMAND, TOOLS)
    assert set(retrieved.names) == {name for name, score in rag.scores(COMMAND).items() if score >= THRESHOLD}
    assert 0 < len(retrieved.names) < 16
    assert len(ToolRag(folder, threshold=0.9999).retrieve(COMMAND, TOOLS).names) == 1
    few = TOOLS.only(["send_sms", "get_phone_number"])
    assert set(rag.retrieve(COMMAND, few).names) <= {"send_sms", "get_phone_number"}


def test_a_command_of_any_length_is_judged(folder: Path) -> None:
    assert ToolRag(folder).scores("late " * 5000)
    assert ToolRag(folder).scores("")


def test_another_classifier_or_no_classifier_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="3 labels"):
        ToolRag(classifier(tmp_path / "three", labels=3))
    (tmp_path / "nothing").mkdir()
    with pytest.raises(ModelError, match="cannot be loaded"):
        ToolRag(tmp_path / "nothing")


def test_the_whole_way_from_a_pulled_folder_to_tools_on_offer(folder: Path) -> None:
    from tinyagent_cli.planner.tool_choice import ToolRagChoice

    assert ToolRagChoice(TOOLS, folder)(COMMAND).names == ToolRag(folder).retrieve(COMMAND, TOOLS).names
