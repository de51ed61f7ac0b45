"""Success by number of steps and by tool, as a picture (needs the `learn` extra)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tinyagent_cli.errors import UsageError


def draw(summaries: Sequence[dict[str, Any]], out: Path) -> None:
    """Draw full and plan success of each model. Raises UsageError where matplotlib is not installed."""
    try:
        import matplotlib
    except ImportError as fault:
        raise UsageError("a picture needs matplotlib: pip install 'tinyagent-cli[learn]'") from fault
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(
        len(summaries), 2, figsize=(12, 4.2 * len(summaries)), layout="constrained", squeeze=False
    )
    for row, summary in zip(axes, summaries, strict=True):
        for axis, (title, key) in zip(
            row, (("number of steps", "by_steps"), ("tool", "by_tool")), strict=True
        ):
            groups = summary[key]
            places = range(len(groups))
            axis.bar(
                places,
                [g["plan_success"] * 100 for g in groups.values()],
                color="#a5c8ff",
                label="plan success",
            )
            axis.bar(
                places,
                [g["full_success"] * 100 for g in groups.values()],
                0.5,
                color="#1f6feb",
                label="full success",
            )
            labels = [f"{k}\n({int(g['commands'])})" for k, g in groups.items()]
            axis.set_xticks(list(places), labels, rotation=0 if key == "by_steps" else 75, fontsize=8)
            axis.set_ylim(0, 100)
            axis.set_ylabel("percent")
            axis.set_title(f"{summary['model']}: success by {title}")
        row[0].legend(loc="lower left")
    figure.savefig(out, dpi=110)
    pyplot.close(figure)
