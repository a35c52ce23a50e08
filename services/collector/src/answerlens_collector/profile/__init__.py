"""A site profile: everything the driver has to know about one chat page. A new site is one YAML file and no code."""

from answerlens_collector.profile.answering import Dom, FailureRule, Finish
from answerlens_collector.profile.asking import Input, Send, Stream, Toggle
from answerlens_collector.profile.fields import FailureStatus
from answerlens_collector.profile.site import SiteProfile
from answerlens_collector.profile.steps import Step

__all__ = ["Dom", "FailureRule", "FailureStatus", "Finish", "Input", "Send", "SiteProfile", "Step", "Stream", "Toggle"]
