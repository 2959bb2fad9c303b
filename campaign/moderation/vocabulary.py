"""The words a reader sees for what a passage gives away."""

from flask_babel import lazy_gettext as _l

from campaign.moderation.rules import Trait

TRAITS = {
    Trait.EMAIL: _l("an e-mail address"),
    Trait.LINK: _l("a web address"),
    Trait.REGISTER_NUMBER: _l("a national register number"),
    Trait.DOCUMENT_NUMBER: _l("the number of a document or a file"),
    Trait.PHONE: _l("a phone number or another long number"),
    Trait.ADDRESS: _l("a street with its number"),
    Trait.NAMED_PERSON: _l("the name of a guard or of a person held"),
    Trait.FULL_NAME: _l("what may be a full name"),
}
