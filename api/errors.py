"""What is wrong with a request, as top-level GraphQL errors: broken requests and broken servers, never refusals.

A problem's docstring is what people are told, English then Chinese; its fields are the numbers that failed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, dataclass_transform

from api.naming import camel
from domain.words import Words, snake, words_of

__all__ = ["PROBLEMS", "Problem"]

PROBLEMS: dict[str, type["Problem"]] = {}


@dataclass_transform()
class Problem(Exception):
    """Base of all; `code` is the class name in upper snake."""

    code: ClassVar[str]
    status: ClassVar[int] = 400
    retry_after: ClassVar[int | None] = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        dataclass(eq=False)(cls)
        cls.code = snake(cls.__name__).upper()
        PROBLEMS[cls.code] = cls

    @property
    def words(self) -> Words:
        en, zh = words_of(type(self))
        return Words(en.format(**self.numbers), zh.format(**self.numbers))

    @property
    def numbers(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]

    def formatted(self, language: str) -> dict[str, Any]:
        details = {camel(name): value for name, value in self.numbers.items()}
        retry = {} if self.retry_after is None else {"retryAfter": self.retry_after}
        extensions: Mapping[str, Any] = {"code": self.code, **self.words._asdict(), **retry}
        return {
            "message": self.words.in_language(language),
            "extensions": {**extensions, **({"details": details} if details else {})},
        }


class BodyTooLarge(Problem):
    """The body has more than {most} bytes.
    请求体超过 {most} 字节。"""

    status = 413
    most: int


class BodyNotUtf8(Problem):
    """The body is not UTF-8.
    请求体不是 UTF-8。"""


class BodyNotJson(Problem):
    """The body is not JSON.
    请求体不是 JSON。"""


class BodyTooDeep(Problem):
    """The JSON is nested more than {most} deep.
    所提交的 JSON 嵌套超过 {most} 层。"""

    most: int


class MediaTypeUnfit(Problem):
    """Send the query as application/json.
    请以 application/json 提交查询。"""

    status = 415


class MethodNotAllowed(Problem):
    """Queries are sent by POST.
    查询须用 POST 提交。"""

    status = 405


class BatchNotAllowed(Problem):
    """One request carries one operation; a list of them is not taken.
    一次请求只含一个操作，不接受批量数组。"""


class RequestMalformed(Problem):
    """A request is an object with a text `query` and, if wanted, `variables`, `operationName` and `extensions`.
    请求应为对象：文本 query，可选 variables、operationName 与 extensions。"""

    field: str


class SyntaxInvalid(Problem):
    """The query is not written as GraphQL is: {detail}
    查询不符合 GraphQL 语法：{detail}"""

    detail: str


class DocumentInvalid(Problem):
    """The query does not fit the schema: {detail}
    查询与模式不符：{detail}"""

    detail: str


class VariablesInvalid(Problem):
    """A variable does not fit the query: {detail}
    变量不符合查询的要求：{detail}"""

    detail: str


class GraphqlInvalid(Problem):
    """This cannot be answered as it was asked: {detail}
    无法按此查询作答：{detail}"""

    detail: str


class OperationUnknown(Problem):
    """Name one of the document's operations in operationName.
    请在 operationName 中指明文档里的一个操作。"""


class OperationNotQuery(Problem):
    """GET only answers queries.
    用 GET 只能查询。"""

    status = 405


class SubscriptionNotHere(Problem):
    """Subscriptions are not answered at this address.
    此地址不提供订阅。"""


class TokenInvalid(Problem):
    """The token is not valid or has expired; sign in again.
    令牌无效或已过期，请重新登录。"""

    status = 401


class PositionNotReached(Problem):
    """Position {position} cannot be read yet; ask again in a moment.
    位置 {position} 尚不可读，请稍后再试。"""

    status = 503
    retry_after = 1
    ledger: str
    position: int


class PositionBeyondHead(Problem):
    """Position {position} is not there yet; the last is {head}.
    位置 {position} 尚未产生，目前最后位置为 {head}。"""

    position: int
    head: int


class TimeAhead(Problem):
    """{time} has not come yet.
    时间 {time} 尚未到来。"""

    time: str


class MomentsReversed(Problem):
    """The beginning, position {start}, comes after the end, position {end}.
    起点（位置 {start}）晚于终点（位置 {end}）。"""

    start: int
    end: int


class CursorInvalid(Problem):
    """This cursor is none that this list gave.
    该游标不是本列表给出的。"""

    argument: str


class PageUnfit(Problem):
    """A page has from 0 to {most} items, not {first}.
    每页 0 至 {most} 项，不能是 {first}。"""

    first: int
    most: int


class DayMissing(Problem):
    """A gap is of a day: give asOf too.
    查询缺口须指明日期：请同时给出 asOf。"""


class FigureUnknown(Problem):
    """No figure has the key {key}.
    没有名为 {key} 的指标。"""

    key: str


class DocumentTooDeep(Problem):
    """The query is nested {depth} deep; the most is {most}.
    查询嵌套 {depth} 层，最多 {most} 层。"""

    depth: int
    most: int


class TooManyTokens(Problem):
    """The query has more than {most} tokens.
    查询超过 {most} 个词法单元。"""

    most: int


class NumberTooLong(Problem):
    """A number in the query has more than {most} digits.
    查询中的数字超过 {most} 位。"""

    most: int


class TooManyAliases(Problem):
    """The query has {count} aliases; the most is {most}.
    查询有 {count} 个别名，最多 {most} 个。"""

    count: int
    most: int


class TooManyDirectives(Problem):
    """The query has {count} directives; the most is {most}.
    查询有 {count} 个指令，最多 {most} 个。"""

    count: int
    most: int


class TooManyFields(Problem):
    """The query asks for too many fields, or for the same one too often; the most is {most}.
    查询的字段过多，或同一字段重复过多，最多 {most} 个。"""

    count: int
    most: int


class QueryTooCostly(Problem):
    """The query may answer {cost} objects; the most is {most}. Ask for smaller pages.
    查询可能返回 {cost} 个对象，最多 {most} 个，请减小每页数量。"""

    cost: int
    most: int


class IntrospectionOff(Problem):
    """Introspection is switched off here.
    此处已关闭内省。"""


class TookTooLong(Problem):
    """The query took too long and was stopped.
    查询耗时过长，已停止。"""

    status = 503
    retry_after = 1


class DatabaseBusy(Problem):
    """The database cannot be reached right now; ask again in a moment.
    数据库暂时不可用，请稍后再试。"""

    status = 503
    retry_after = 1


class FileUnknown(Problem):
    """No such file is kept in this ledger, or you may not see it.
    本账本没有此文件，或您无权查看。"""

    status = 404


class FileKindUnfit(Problem):
    """A file of the type {media_type} is not taken; these are: {taken}.
    不接受类型 {media_type} 的文件；可接受：{taken}。"""

    status = 415
    media_type: str
    taken: str


class FileNotAsDeclared(Problem):
    """The file does not begin as one of the type {media_type} does.
    文件开头与所声明的类型 {media_type} 不符。"""

    status = 415
    media_type: str


class FileEmpty(Problem):
    """The file is empty.
    文件为空。"""


class FileNotAsSent(Problem):
    """The file that arrived has the SHA-256 {actual}, not {sha256}; send it again.
    收到的文件 SHA-256 为 {actual}，而非 {sha256}，请重新发送。"""

    sha256: str
    actual: str


class FileTooSlow(Problem):
    """The file came too slowly, or nothing of it for {seconds} seconds; send it again.
    文件传输过慢，或 {seconds} 秒内未收到后续内容，请重新发送。"""

    status = 408
    seconds: int


class FileDamaged(Problem):
    """What lies in the store is not the file that was kept; tell the operator its digest: {sha256}.
    存储中的内容与留存的文件不符，请将摘要 {sha256} 告知管理员。"""

    status = 500
    sha256: str


class FilesBusy(Problem):
    """{most} files are being sent at this moment; send yours again in a moment.
    当前有 {most} 个文件正在上传，请稍后再传。"""

    status = 503
    retry_after = 1
    most: int


class FilesUnreachable(Problem):
    """The store of files cannot be reached right now; ask again in a moment.
    文件存储暂时不可用，请稍后再试。"""

    status = 503
    retry_after = 5


class Failed(Problem):
    """Something went wrong on our side; tell the operator the number {id}.
    服务器内部出错，请将编号 {id} 告知管理员。"""

    status = 500
    id: str
