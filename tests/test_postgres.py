"""The throw-away PostgreSQL is a real one that keeps its promises; each test has its own database."""

import asyncpg

from tests.postgres import Cluster


async def test_each_database_is_fresh_and_writes_durably(postgres: Cluster) -> None:
    first, second = postgres.create(), postgres.create()
    connection = await asyncpg.connect(first)
    try:
        await connection.execute("CREATE TABLE kept (id bigint)")
        assert await connection.fetchval("SHOW synchronous_commit") == "on"
        assert await connection.fetchval("SHOW fsync") == "on"
    finally:
        await connection.close()
    other = await asyncpg.connect(second)
    try:
        assert await other.fetchval("SELECT to_regclass('kept')") is None
    finally:
        await other.close()
    postgres.drop(first)
    postgres.drop(second)


async def test_a_filled_database_can_be_the_template_of_others(postgres: Cluster, postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    await connection.execute("CREATE TABLE kept (id bigint)")
    await connection.close()
    copy = postgres.create(template=postgres_url.partition("@/")[2].partition("?")[0])
    connection = await asyncpg.connect(copy)
    try:
        assert await connection.fetchval("SELECT to_regclass('kept')::text") == "kept"
    finally:
        await connection.close()
        postgres.drop(copy)
