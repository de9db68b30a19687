"""Recording: why a command, though its decision may allow it, does not get into the ledger."""

from domain.refusals import Refusal

__all__ = [
    "Clash",
    "CommandIdReused",
    "CommandIdUnfit",
    "EntryTooLarge",
    "LedgerCodeUnfit",
    "LedgerExists",
    "LedgerUnknown",
    "NotADemo",
    "PersonErased",
    "PositionConflict",
]


class Clash(Refusal):
    """Others kept acting on the same things at the same moment; nothing was recorded, please try again.
    他人正同时处理同一事项，本次未作记录，请重试。"""

    code = "CLASH"
    attempts: int


class PositionConflict(Refusal):
    """Something was recorded about this after position {expected}, at {actual}; look again before you act.
    该事项在位置 {expected} 之后又有新记录（位置 {actual}），请先查看再操作。"""

    code, rule = "POSITION_CONFLICT", "BR-80"
    expected: int
    actual: int


class CommandIdReused(Refusal):
    """This command id was used before, for something else; give each command an id of its own.
    该命令编号已用于其他内容，每条命令须用各自的编号。"""

    code, rule = "COMMAND_ID_REUSED", "BR-80"
    id: str


class CommandIdUnfit(Refusal):
    """A command id has 1 to {longest} characters, in Unicode NFC, none of them a control character or a space.
    命令编号须为 1 至 {longest} 个字符，采用 NFC 规范，不含空格和控制字符。"""

    code, rule = "COMMAND_ID_UNFIT", "BR-80"
    length: int
    longest: int


class EntryTooLarge(Refusal):
    """What would be recorded takes {size} bytes and may take {longest}; shorten the texts or lists.
    拟记录内容为 {size} 字节，上限 {longest} 字节，请缩短文本或清单。"""

    code = "ENTRY_TOO_LARGE"
    size: int
    longest: int


class LedgerUnknown(Refusal):
    """There is no ledger with this code, or you are not signed in to it.
    没有此代码的账本，或您未登录该账本。"""

    code = "LEDGER_UNKNOWN"
    ledger: str


class LedgerExists(Refusal):
    """A ledger with this code was opened already.
    此代码的账本已经开立。"""

    code = "LEDGER_EXISTS"
    ledger: str


class PersonErased(Refusal):
    """This person was erased; nothing personal is kept about them any more.
    此人信息已被依法删除，不再保存其个人信息。"""

    code = "PERSON_ERASED"
    person: str


class LedgerCodeUnfit(Refusal):
    """A ledger's code has 1 to {longest} letters, digits, hyphens or underscores.
    账本代码须为 1 至 {longest} 个字母、数字、连字符或下划线。"""

    code = "LEDGER_CODE_UNFIT"
    ledger: str
    longest: int


class NotADemo(Refusal):
    """This ledger is no demonstration and is never removed.
    该账本不是演示账本，不可删除。"""

    code = "NOT_A_DEMO"
    ledger: str
