"""Troubles that an operator can put right: each says what is wrong and what to do, in Chinese and English."""

from __future__ import annotations


class Trouble(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh = zh
        self.en = en
