"""boto3, driven by lines: in {"service", "operation", "input"}, out {"members"} or {"code"}, all as JSON."""
import datetime
import json
import sys

import boto3
import botocore.exceptions
from botocore import xform_name
from botocore.config import Config
from botocore.response import StreamingBody

endpoint = sys.argv[1]
clients = {}


def client_of(service):
    if service not in clients:
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        clients[service] = boto3.client(service, endpoint_url=endpoint, region_name="us-east-1", config=config)
    return clients[service]


def readable(value):
    if isinstance(value, StreamingBody):
        return value.read().decode()
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    raise TypeError(type(value))


for line in sys.stdin:
    step = json.loads(line)
    call = getattr(client_of(step["service"]), xform_name(step["operation"]))
    try:
        answer = {"members": call(**step["input"])}
        text = json.dumps(answer, default=readable)
    except botocore.exceptions.ClientError as error:
        text = json.dumps({"code": error.response["Error"]["Code"]})
    print(text, flush=True)
