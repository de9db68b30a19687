"""Which language people are answered in: Chinese, unless English is preferred."""

__all__ = ["language_of"]


def language_of(accepted: str | None) -> str:
    """`en` or `zh`, of an Accept-Language header (RFC 9110 §12.5.4)."""
    best: dict[str, float] = {}
    for part in (accepted or "").split(",")[:20]:
        tag, _, weight = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        best[language] = max(best.get(language, 0), _weight(weight))
    return "en" if best.get("en", 0) > best.get("zh", 0) else "zh"


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0
