"""A client tries a brand's names on texts of its own before it orders."""

from uuid import UUID

from answerlens_common.errors import RefusedError
from answerlens_orders.accounts.heavy import HeavyWork
from answerlens_orders.brands.contradictions import contradictions_of
from answerlens_orders.brands.form import MentionsForm
from answerlens_orders.brands.naming import previewed


async def preview(heavy: HeavyWork, user_id: UUID, form: MentionsForm) -> bytes:
    """Where the texts name the brands, by the rules that answers are measured with: JSON of a `MentionsPreview`.

    Raises:
        RefusedError: a name stands for two of the brands.
        LimitReachedError: see `HeavyWork.run`.
        BusyError: see `HeavyWork.run`.
    """
    errors = await contradictions_of(heavy, user_id, form.brand, form.competitors)
    if errors:
        detail = "the brands cannot be told apart"
        raise RefusedError(detail, *errors)
    brands = [brand.model_dump() for brand in (form.brand, *form.competitors)]
    texts = form.texts if form.text is None else [form.text]
    return await heavy.run(user_id, previewed, brands, texts or [])
