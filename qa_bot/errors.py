"""Every error the project raises on purpose.

    QaBotError
    ├── SettingInvalid          a setting has a value that cannot be used
    ├── QuestionInvalid         a question that cannot be asked (empty, too long)
    ├── ArticleUnreadable       a file or line that is no article
    ├── ArticleUnknown          an article id that the index does not hold
    ├── QuestionSetUnreadable   a file of questions that cannot be measured
    ├── RetrievalSetUnreadable  a folder of passages and questions that search cannot be measured on
    ├── PlotImpossible          a plot that cannot be drawn or written
    ├── IndexProblem
    │   ├── IndexMissing        nothing was indexed in this data folder
    │   ├── IndexMismatch       built with another encoder than the settings ask for
    │   ├── IndexDamaged        files of a generation are missing or altered
    │   ├── IndexLocked         another process is building in this data folder
    │   └── DataFolderUnusable  the data folder cannot be created, read or written
    ├── ModelMissing            the weights of an encoder or language model are not on disk
    ├── WriterFailed            the language model gave no usable draft
    ├── ServerBusy              more questions at once than are answered and may wait
    └── PortUnavailable         the address to serve on is taken or forbidden

A message says what happened, the facts, and the next step.
"""


class QaBotError(Exception):
    """Anything that a person can put right; the command line prints it and exits with 1."""


class SettingInvalid(QaBotError):
    """A setting has a value that cannot be used."""


class QuestionInvalid(QaBotError):
    """A question that cannot be asked: empty, without a letter or digit, or too long."""


class ArticleUnreadable(QaBotError):
    """A file or line that is no article."""


class ArticleUnknown(QaBotError):
    """An article id that the index does not hold."""


class QuestionSetUnreadable(QaBotError):
    """A file of questions that cannot be measured."""


class RetrievalSetUnreadable(QaBotError):
    """A folder of passages and questions that search cannot be measured on; the message has the line."""


class PlotImpossible(QaBotError):
    """A plot that cannot be drawn or written: its library is not installed, or its file cannot be made."""


class IndexProblem(QaBotError):
    """The index cannot be used as it is."""


class IndexMissing(IndexProblem):
    """Nothing was indexed in this data folder."""


class IndexMismatch(IndexProblem):
    """The index was built with another encoder than the settings ask for."""


class IndexDamaged(IndexProblem):
    """Files of a generation are missing or altered."""


class IndexLocked(IndexProblem):
    """Another process is building in this data folder."""


class DataFolderUnusable(IndexProblem):
    """The data folder cannot be created, read or written."""


class ModelMissing(QaBotError):
    """The weights of an encoder or language model are not on disk."""


class WriterFailed(QaBotError):
    """The language model gave no usable draft."""


class ServerBusy(QaBotError):
    """More questions at once than are answered and may wait; `seconds` later there should be room."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class PortUnavailable(QaBotError):
    """The address to serve on is taken or forbidden."""
