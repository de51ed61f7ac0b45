"""TinyAgent's published tool classifier: DeBERTa-v3-small, fine-tuned to say which of sixteen tools a command needs.

The weights are `squeeze-ai-lab/TinyAgent-ToolRAG` (`tinyagent models pull toolrag`), a sequence classifier with a label
a tool; the labels' order, the sigmoid of each and the threshold are those of TinyAgent's own
`src/tiny_agent/tool_rag/classifier_tool_rag.py` (arXiv 2409.00608, section 3.2). It takes torch and transformers, the extra
`learn`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tinyagent_cli.errors import ModelError
from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.retrieval.base import Retrieved, chosen

LABELS = (
    "create_calendar_event", "get_phone_number", "get_email_address", "open_and_get_file_path", "summarize_pdf",
    "compose_new_email", "reply_to_email", "forward_email", "maps_open_location", "maps_show_directions", "create_note",
    "open_note", "append_note_content", "create_reminder", "send_sms", "get_zoom_meeting_link",
)  # fmt: skip
"""The tool of each of the model's outputs, in order."""
THRESHOLD = 0.5
MOST_TOKENS = 512


class ToolRag:
    """The classifier in a folder of transformers files; loaded when it is made. `size` is in bytes.

    Raises ModelError where a package is missing, or the folder holds something else.
    """

    def __init__(self, folder: Path, threshold: float = THRESHOLD) -> None:
        try:
            from transformers import AutoModelForSequenceClassification, AutoTokenizer
        except ImportError as fault:
            raise ModelError(
                f"the tool classifier takes torch and transformers ({fault.name} is missing): pip install 'tinyagent-cli[learn]'"
            ) from fault
        self.threshold = threshold
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
            self._model: Any = AutoModelForSequenceClassification.from_pretrained(str(folder), local_files_only=True)
        except Exception as fault:
            message = " ".join(str(fault).split())[:300]
            raise ModelError(f"{folder}: the tool classifier cannot be loaded ({message})") from fault
        if self._model.config.num_labels != len(LABELS):
            raise ModelError(f"{folder}: a classifier of {self._model.config.num_labels} labels, not of {len(LABELS)} tools")
        self._model.eval()

    def scores(self, command: str) -> dict[str, float]:
        """Every known tool's probability; the labels exclude nothing and nobody, so they need not add up to 1."""
        import torch

        inputs = self._tokenizer(command, return_tensors="pt", truncation=True, max_length=MOST_TOKENS)
        with torch.no_grad():
            found = torch.sigmoid(self._model(**inputs).logits)[0]
        return dict(zip(LABELS, map(float, found), strict=True))

    def retrieve(self, command: str, tools: Iterable[Tool]) -> Retrieved:
        """Choose among `tools`; where none reaches the threshold, the best one."""
        return chosen(self.scores(command), self.threshold, tools)
