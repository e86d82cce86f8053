using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using WebhookPlatform.Chaos.Cluster;
using WebhookPlatform.Chaos.Load;
using WebhookPlatform.Messaging;

namespace WebhookPlatform.Chaos.Verdict;

/// <summary>Compares what the platform holds with what the driver knows, when everything is back and nobody has lent a hand.</summary>
public sealed class Oracle(Platform platform, Ledger ledger, Receiver receiver, TimeProvider clock)
{
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Comings = TimeSpan.FromSeconds(10);

    // The platform's own audit comes when a minute is over, looks twice, and asks again about what an outage kept from it.
    private static readonly TimeSpan Audit = TimeSpan.FromMinutes(5);
    private static readonly string[] Databases = ["gateway", "dashboard", "notifications", "automation"];

    private readonly Tables _tables = new(platform);
    private readonly Queues _queues = new(platform.Servers);
    private readonly Expectation _expected = new(ledger);

    /// <summary>Ends when nothing is under way any more, or at the deadline.</summary>
    /// <returns>How long it took, and what was still under way at the deadline (null when nothing was).</returns>
    public async Task<(TimeSpan Took, string? StillUnderWay)> SettleAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            var underWay = await UnderWayAsync(cancellationToken);
            var took = clock.GetElapsedTime(started);
            if (underWay is null || took > deadline)
            {
                return (took, underWay);
            }

            await Task.Delay(Glance, clock, cancellationToken);
        }
    }

    /// <summary>All checks; run it after <see cref="SettleAsync"/>.</summary>
    public async Task<IReadOnlyList<Check>> JudgeAsync(CancellationToken cancellationToken) =>
        [.. await JudgeTablesAsync(cancellationToken), await EmptyQueuesAsync(cancellationToken), await ErrorQueuesAsync(cancellationToken), await BooksAsync(cancellationToken)];

    /// <summary>The checks that look at databases and at the receiver.</summary>
    public async Task<IReadOnlyList<Check>> JudgeTablesAsync(CancellationToken cancellationToken) =>
    [
        await StoredAsync(cancellationToken),
        Check.Of("Every acknowledgement of a webhook names the same delivery, and no forgery is acknowledged", $"{ledger.Acknowledgements:N0} acknowledgements", ledger.Broken),
        await TotalsAsync(cancellationToken),
        await PaymentsAsync(cancellationToken),
        await EventsAsync(cancellationToken),
        await WorkAsync("notifications", "notification", "coalesce(subscription_id, '00000000-0000-0000-0000-000000000000')", "notifications", _expected.Notifications(platform.Matching), cancellationToken),
        await WorkAsync("automation", "run", "rule_id", "runs", _expected.Runs(platform.Matching), cancellationToken),
        Calls(),
        await OutboxesAsync(cancellationToken),
    ];

    private async Task<string?> UnderWayAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var replica in platform.Replicas)
            {
                if (!await replica.IsReadyAsync(cancellationToken))
                {
                    return $"{replica.Name} is not ready";
                }
            }

            foreach (var database in Databases)
            {
                if (await _tables.CountAsync(database, "SELECT count(*) FROM outbox WHERE error IS NULL", cancellationToken) is > 0 and var waiting)
                {
                    return $"{waiting} messages wait in the outbox of {database}";
                }
            }

            foreach (var (database, table) in new[] { ("notifications", "notifications"), ("automation", "runs") })
            {
                if (await _tables.CountAsync(database, $"SELECT count(*) FROM {table} WHERE state = 'Pending'", cancellationToken) is > 0 and var pending)
                {
                    return $"{pending} {table} are pending";
                }
            }

            var depths = await _queues.DepthsAsync();
            return Topology.Queues.FirstOrDefault(queue => depths.GetValueOrDefault(queue) > 0) is { } busy ? $"{depths[busy]} bundles are in the queue {busy}" : null;
        }
        catch (Exception failure) when (failure is Npgsql.NpgsqlException or InvalidOperationException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return failure.Message;
        }
    }

    private async Task<Check> StoredAsync(CancellationToken cancellationToken)
    {
        var stored = (await _tables.ReadAsync("gateway", "SELECT event_key, id, sha256(body), status FROM deliveries", row => (Key: row.GetString(0), Id: row.GetGuid(1), Hash: Convert.ToHexString(row.GetFieldValue<byte[]>(2)), Status: row.GetString(3)), cancellationToken))
            .GroupBy(row => row.Key, row => (row.Id, row.Hash, row.Status), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => string.Join(" and ", group), StringComparer.Ordinal);
        var expected = ledger.Acknowledged.ToDictionary(
            entry => entry.Key,
            entry => (entry.Value.Delivery, Convert.ToHexString(SHA256.HashData(entry.Value.Webhook.Body())), "Accepted").ToString(),
            StringComparer.Ordinal);
        return Check.Of(
            "Every acknowledged webhook is stored once with its exact bytes, and nothing else is",
            $"{_expected.Accepted:N0} acknowledged, {stored.Count:N0} stored; {ledger.Abandoned.Count} cut off for good and {ledger.Forged.Count} forged left no trace",
            Check.Differences(expected, stored));
    }

    private async Task<Check> TotalsAsync(CancellationToken cancellationToken)
    {
        var answer = await platform.GetAsync("dashboard", "/api/payments?days=30", cancellationToken);
        var actual = answer.GetProperty("days").EnumerateArray().ToDictionary(
            day => (DateOnly.ParseExact(day.GetProperty("day").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture), day.GetProperty("currency").GetString()!),
            day => new PaymentTotals(Number(day, "completedCount"), Number(day, "completed"), Number(day, "failedCount"), Number(day, "failed"), Number(day, "refundedCount"), Number(day, "refunded")));
        return Check.Of("The dashboard's payment totals equal the driver's arithmetic to the unit", $"{actual.Count} totals by day and currency", Check.Differences(_expected.Days(), actual));

        static long Number(JsonElement day, string name) => day.GetProperty(name).GetInt64();
    }

    private async Task<Check> PaymentsAsync(CancellationToken cancellationToken)
    {
        var actual = (await _tables.ReadAsync(
            "dashboard",
            "SELECT payment_id, currency, completed, amount, refunded FROM payments",
            row => (Key: (row.GetString(0), row.GetString(1)), State: new PaymentState(row.IsDBNull(2) ? null : row.GetBoolean(2), row.IsDBNull(3) ? null : row.GetInt64(3), row.GetInt64(4))),
            cancellationToken)).ToDictionary(row => row.Key, row => row.State);
        return Check.Of("Every payment has come to what its events say, whatever their order", $"{actual.Count:N0} payments", Check.Differences(_expected.Payments(), actual));
    }

    private async Task<Check> EventsAsync(CancellationToken cancellationToken)
    {
        var actual = (await _tables.ReadAsync("dashboard", "SELECT type, sum(count)::bigint FROM event_minutes WHERE kind = 'typed' GROUP BY type", row => (row.GetString(0), row.GetInt64(1)), cancellationToken))
            .ToDictionary(row => row.Item1, row => row.Item2, StringComparer.Ordinal);
        actual["(deliveries)"] = await _tables.CountAsync("dashboard", "SELECT coalesce(sum(count), 0)::bigint FROM event_minutes WHERE kind <> 'typed'", cancellationToken);
        actual["(accepted, as the gateway tallied them)"] = await _tables.CountAsync("dashboard", "SELECT coalesce(sum(accepted), 0)::bigint FROM ingress_minutes", cancellationToken);
        var expected = _expected.Events();
        expected["(deliveries)"] = expected["(accepted, as the gateway tallied them)"] = _expected.Accepted;
        return Check.Of("The dashboard counts every event and every delivery once", $"{_expected.Accepted + _expected.Neighbours:N0} events", Check.Differences(expected, actual));
    }

    private async Task<Check> WorkAsync(string database, string what, string cause, string table, Dictionary<(Guid Cause, Guid Delivery), string> expected, CancellationToken cancellationToken)
    {
        var actual = (await _tables.ReadAsync(
            database,
            $"SELECT {cause}, delivery_id, string_agg(state, ' and '), count(*) FROM {table} GROUP BY 1, 2",
            row => (Key: (row.GetGuid(0), row.GetGuid(1)), Found: string.Create(CultureInfo.InvariantCulture, $"{row.GetInt64(3)} × {row.GetString(2)}")),
            cancellationToken)).ToDictionary(row => row.Key, row => row.Found);
        return Check.Of($"There is exactly one {what} per match, and it succeeded", $"{actual.Count:N0} of {expected.Count:N0}", Check.Differences(expected, actual));
    }

    private Check Calls()
    {
        var expected = _expected.Calls();
        var violations = expected.Where(eventId => !receiver.Calls.ContainsKey(eventId)).Select(eventId => $"There was no call for {eventId}")
            .Concat(receiver.Calls.Where(call => !expected.Contains(call.Key)).Select(call => $"There was a call for {call.Key}, which nothing asked for"))
            .Concat(receiver.Calls.Where(call => call.Value.Count != 1).Select(call => $"The calls for {call.Key} have the keys {string.Join(", ", call.Value.Keys)}"))
            .Concat(receiver.Calls.SelectMany(call => call.Value.Keys.Select(key => (call.Key, Id: key))).GroupBy(call => call.Id, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => $"The key {group.Key} came for several events"));
        var calls = receiver.Calls.Sum(call => call.Value.Values.Sum());
        return Check.Of("The rule's receiver was called for every match, each with one idempotency key", $"{expected.Count:N0} matches, {calls:N0} calls", violations);
    }

    // The ledger's questions and answers come and go all the time: what is empty now and then holds nothing back.
    private async Task<Check> OutboxesAsync(CancellationToken cancellationToken)
    {
        var left = await NothingIsLeftAsync(
            async () =>
            {
                var rows = new List<string>();
                foreach (var database in Databases)
                {
                    rows.AddRange(await _tables.ReadAsync(database, "SELECT name, error FROM outbox LIMIT 20", row => $"{database}: {row.GetString(0)} {(row.IsDBNull(1) ? "waits" : row.GetString(1))}", cancellationToken));
                }

                return rows;
            },
            cancellationToken);
        return Check.Of("All outboxes are empty", $"{Databases.Length} outboxes", left);
    }

    private async Task<Check> EmptyQueuesAsync(CancellationToken cancellationToken)
    {
        var left = await NothingIsLeftAsync(
            async () =>
            {
                var depths = await _queues.DepthsAsync();
                return [.. Topology.Queues.Where(queue => depths.GetValueOrDefault(queue, -1) != 0).Select(queue => $"{queue} holds {depths.GetValueOrDefault(queue, -1)}")];
            },
            cancellationToken);
        return Check.Of("All queues are empty", $"{Topology.Queues.Count} queues", left);
    }

    private async Task<List<string>> NothingIsLeftAsync(Func<Task<List<string>>> look, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        List<string> left;
        while ((left = await look()).Count > 0 && clock.GetElapsedTime(started) < Comings)
        {
            await Task.Delay(Glance / 4, clock, cancellationToken);
        }

        return left;
    }

    private async Task<Check> ErrorQueuesAsync(CancellationToken cancellationToken)
    {
        var violations = new List<string>();
        foreach (var queue in Topology.Queues)
        {
            var seeded = ledger.Poison.Where(poison => poison.Queue == queue).Select(poison => poison.MessageId).ToHashSet();
            var dead = await _queues.ErrorsAsync(queue, cancellationToken);
            violations.AddRange(dead.Where(id => !seeded.Contains(id)).Select(id => $"{queue}_error holds {id}, which is no poison"));
            violations.AddRange(seeded.Except(dead).Select(id => $"{queue}_error lacks the poison {id}"));
        }

        return Check.Of("Error queues hold the seeded poison and nothing else; what travelled with it took effect", $"{ledger.Poison.Count} poison messages, {_expected.Neighbours} neighbours", violations);
    }

    // What the platform says of itself is to be what the driver knows, without a table being looked at.
    private async Task<Check> BooksAsync(CancellationToken cancellationToken)
    {
        var expected = _expected.Books();
        var started = clock.GetTimestamp();
        while (true)
        {
            var actual = BooksOf(await platform.GetAsync("dashboard", "/api/ledger?hours=720", cancellationToken));
            var differences = Check.Differences(expected, actual).ToList();
            var took = clock.GetElapsedTime(started);
            if (differences.Count == 0 || took > Audit)
            {
                return Check.Of("The platform's own ledger balances and says what the driver knows", string.Create(CultureInfo.InvariantCulture, $"{expected.Count} figures, audited after {took.TotalSeconds:0} s"), differences);
            }

            await Task.Delay(Glance, clock, cancellationToken);
        }
    }

    private static Dictionary<string, long> BooksOf(JsonElement books)
    {
        var figures = new Dictionary<string, long>(StringComparer.Ordinal) { ["missing"] = books.GetProperty("missing").GetInt64(), ["in flight"] = books.GetProperty("inFlight").GetInt64() };
        foreach (var source in books.GetProperty("sources").EnumerateArray())
        {
            figures[$"{source.GetProperty("source")} accepted"] = source.GetProperty("accepted").GetInt64();
        }

        foreach (var consumer in books.GetProperty("consumers").EnumerateArray())
        {
            figures[$"{consumer.GetProperty("source")} delivered to {consumer.GetProperty("consumer")}"] = consumer.GetProperty("delivered").GetInt64();
        }

        return figures;
    }
}
