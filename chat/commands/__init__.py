"""From a frame on the wire to an action: what it must look like, and what it does."""

from chat.commands.agent import COMMANDS as AGENT_COMMANDS
from chat.commands.base import Command, Seat, parse
from chat.commands.customer import COMMANDS as CUSTOMER_COMMANDS
from chat.commands.member import COMMANDS as MEMBER_COMMANDS

__all__ = ["AGENT_COMMANDS", "CUSTOMER_COMMANDS", "MEMBER_COMMANDS", "Command", "Seat", "parse"]
