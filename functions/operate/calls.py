"""What a call to AWS may end with, for whoever goes on without its answer."""

from botocore.exceptions import BotoCoreError, ClientError

from functions.shared.errors import DarkroomError

CALL_ERRORS = (ClientError, BotoCoreError, DarkroomError)
