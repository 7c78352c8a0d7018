"""Runs the checks on one council's tenant and prints each as confirmed, different or not tested."""

import argparse
import asyncio
import json
import os
import ssl
from collections.abc import Sequence
from dataclasses import asdict

import aiohttp

from cli.failure import Failure
from cli.outlook import mail, reading, wire, writing
from cli.outlook.finding import Check, Finding, Outcome, found, not_tested
from cli.outlook.tenant import People, Tenant
from servicekit.config import ConfigError, load_config
from services.notifications.adapters.graph_tokens import AppCertificate, AppSecret, GraphTokens, TenantApp
from services.notifications.config import SHAPE, GraphSettings, NotificationsSettings
from services.notifications.domain.delivery_fault import DeliveryFault

CHECKS = (*wire.CHECKS, *writing.CHECKS, *reading.CHECKS, *mail.CHECKS)


def run(wanted: argparse.Namespace) -> int:
    """Print every finding; 1 where something differs or could not be cleared away."""
    people = People(wanted.colleague, wanted.outsider, wanted.room)
    return asyncio.run(_run(wanted.council, people, as_json=wanted.json))


async def _run(slug: str, people: People, *, as_json: bool) -> int:
    graph, mailbox, replies, tenant_id = _settings(slug)
    context = ssl.create_default_context(cafile=str(graph.ca_file) if graph.ca_file else None)
    timeout = aiohttp.ClientTimeout(total=graph.seconds)
    tokens = GraphTokens(_app(graph, tenant_id))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context), timeout=timeout) as http:
        tenant = Tenant(http, tokens, graph.url, mailbox, people, replies=replies)
        return await verify(tenant, CHECKS, as_json=as_json)


async def verify(tenant: Tenant, checks: Sequence[Check], *, as_json: bool = False) -> int:
    """Every check, one after the other; whatever was made is cleared away also where one breaks off."""
    differ = 0
    try:
        for check in checks:
            finding = await _look(tenant, check)
            differ += finding.outcome is Outcome.DIFFERENT
            print(_line(check, finding, as_json=as_json), flush=True)
    finally:
        left = await tenant.clear_away()
    if left:
        print(f"{left} events could not be cleared away: search the meetings mailbox for 'Permanence check'.")
    return 1 if differ or left else 0


async def _look(tenant: Tenant, check: Check) -> Finding:
    try:
        return await check.look(tenant)
    except DeliveryFault as fault:
        return not_tested(f"no token: {fault.reason}")
    except (aiohttp.ClientError, TimeoutError) as error:
        return not_tested(f"no answer: {type(error).__name__}")
    except (KeyError, IndexError, TypeError, ValueError):
        return found(False, "the answer is not of the shape that is read here")


def _line(check: Check, finding: Finding, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"item": check.item, "assumption": check.assumption, **asdict(finding)})
    said = f": {finding.said}" if finding.said else ""
    return f"{finding.outcome.value:11}{check.item:10}{check.assumption}{said}"


def _settings(slug: str) -> tuple[GraphSettings, str, str, str]:
    """As the service reads them, so that what is checked is what runs. Failure where they do not name the tenant."""
    try:
        config = load_config(SHAPE, os.environ)
    except ConfigError as error:
        raise Failure(str(error)) from None
    ours = config.settings_of(NotificationsSettings)
    tenant_ids = {council.slug: council.tenant_id for council in config.councils}
    if ours.graph is None or slug not in ours.mailboxes or slug not in tenant_ids:
        raise Failure(f"{slug!r} has no meetings mailbox: name it in PERMANENCE_TENANTS and in the councils' file")
    replies = ours.of(slug).replies
    return ours.graph, ours.mailboxes[slug], replies.address if replies else "", tenant_ids[slug]


def _app(graph: GraphSettings, tenant_id: str) -> TenantApp:
    credential: AppSecret | AppCertificate = AppSecret(graph.client_secret)
    if graph.certificate and graph.key:
        credential = AppCertificate(graph.certificate.read_text("ascii"), graph.key.read_text("ascii"))
    return TenantApp(graph.authority, tenant_id, graph.client_id, credential, graph.ca_file)
