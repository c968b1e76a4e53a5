"""The student's tokenizer: one Unigram vocabulary for both languages."""

from collections.abc import Iterable

from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import NFKC, Lowercase, Replace, Sequence
from tokenizers.pre_tokenizers import Metaspace, Split
from tokenizers.pre_tokenizers import Sequence as Steps
from tokenizers.trainers import UnigramTrainer

UNKNOWN = "<unk>"
# A static vector has no use for punctuation; what carries meaning in news stays: % and the signs of currencies.
SEPARATORS = r"[^\p{L}\p{M}\p{N}%\p{Sc}]+"
INVISIBLE = r"[\x{00AD}\x{200B}-\x{200D}\x{FEFF}\x{0301}]"  # soft hyphen, zero-width marks, stress marks


def train_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """A lower-casing Unigram tokenizer (Kudo 2018) of at most `size` tokens, `<unk>` being number 0.

    Every run of separators is a word bound, and each word begins with the mark `▁`.
    """
    tokenizer = Tokenizer(Unigram())
    tokenizer.normalizer = Sequence([NFKC(), Replace(Regex(INVISIBLE), ""), Lowercase()])
    tokenizer.pre_tokenizer = Steps([Split(Regex(SEPARATORS), "removed"), Metaspace(prepend_scheme="always")])
    trainer = UnigramTrainer(
        vocab_size=size, special_tokens=[UNKNOWN], unk_token=UNKNOWN, show_progress=False, max_piece_length=16
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer
