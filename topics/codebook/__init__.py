"""The codebook: themes defined by the researcher, read from ``codebook.toml`` or from dictionaries of other tools.

============  ===================================================================
``model``     :class:`Codebook` and :class:`Theme`, from and to plain data
``keywords``  what a keyword may be: normalisation, regular expressions, refusals
``toml``      ``codebook.toml``: reading, writing, adding a keyword
``load``      a file of any format -> a codebook
``formats``   one file per format of other tools; loaded on first use
============  ===================================================================
"""

from topics.codebook.keywords import pattern
from topics.codebook.load import as_codebook, load
from topics.codebook.model import Codebook, Theme, from_dict, to_dict
from topics.codebook.toml import add_keyword

__all__ = ["Codebook", "Theme", "add_keyword", "as_codebook", "from_dict", "load", "pattern", "to_dict"]
