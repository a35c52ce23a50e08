"""Clicks that a page needs beside the question: a box of news or a consent away, a bubble or a list of sources open."""

from pydantic import Field

from answerlens_collector.profile.fields import Part, Seconds, Selector


class Step(Part):
    """One click. Where the element does not come in time nothing is clicked; that is an error only if `required`."""

    click: Selector = Field(description="the last element that matches, once it is shown")
    text: str | None = Field(default=None, min_length=1, description="that the element must contain")
    unless: Selector | None = Field(default=None, description="shown where the click is not needed")
    until: Selector | None = Field(default=None, description="shown after the click: waited for")
    seconds: Seconds = Field(default=1, description="how long each is waited for")
    required: bool = Field(default=False, description="without it the page cannot be used, or the answer not read")
