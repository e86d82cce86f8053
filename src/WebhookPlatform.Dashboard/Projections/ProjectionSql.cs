using Npgsql;
using NpgsqlTypes;
using WebhookPlatform.Dashboard.Storage;

namespace WebhookPlatform.Dashboard.Projections;

/// <summary>Writes a batch into the read models: one statement per table, all in one round trip, inside the caller's transaction.</summary>
public static class ProjectionSql
{
    private const string EventMinutes =
        """
        INSERT INTO event_minutes AS old (minute, kind, source, provider, type, count)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        ON CONFLICT (minute, kind, source, provider, type) DO UPDATE SET count = old.count + excluded.count
        """;

    private const string IngressMinutes =
        """
        INSERT INTO ingress_minutes AS old (minute, source, provider, accepted, duplicates, conflicts, rejected, refused)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (minute, source) DO UPDATE SET
            provider = excluded.provider,
            accepted = GREATEST(old.accepted, excluded.accepted),
            duplicates = GREATEST(old.duplicates, excluded.duplicates),
            conflicts = GREATEST(old.conflicts, excluded.conflicts),
            rejected = GREATEST(old.rejected, excluded.rejected),
            refused = GREATEST(old.refused, excluded.refused)
        """;

    private const string PaymentDays =
        """
        INSERT INTO payment_days AS old (day, currency, completed_count, completed, failed_count, failed, refunded_count, refunded)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (day, currency) DO UPDATE SET
            completed_count = old.completed_count + excluded.completed_count,
            completed = old.completed + excluded.completed,
            failed_count = old.failed_count + excluded.failed_count,
            failed = old.failed + excluded.failed,
            refunded_count = old.refunded_count + excluded.refunded_count,
            refunded = old.refunded + excluded.refunded
        """;

    // The same rules as PaymentFacts.Merge.
    private const string Payments =
        """
        INSERT INTO payments AS old (source, payment_id, currency, provider, completed, amount, outcome_at, outcome_event, refunded, latest_at, latest_event, latest_delivery)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (source, payment_id, currency) DO UPDATE SET
            (completed, amount, outcome_at, outcome_event) = (
                SELECT known.completed, known.amount, known.at, known.event
                FROM (VALUES (old.completed, old.amount, old.outcome_at, old.outcome_event), (excluded.completed, excluded.amount, excluded.outcome_at, excluded.outcome_event))
                    AS known (completed, amount, at, event)
                ORDER BY known.at DESC NULLS LAST, known.completed DESC NULLS LAST, known.event DESC NULLS LAST
                LIMIT 1),
            (provider, latest_at, latest_event, latest_delivery) = (
                SELECT known.provider, known.at, known.event, known.delivery
                FROM (VALUES (old.provider, old.latest_at, old.latest_event, old.latest_delivery), (excluded.provider, excluded.latest_at, excluded.latest_event, excluded.latest_delivery))
                    AS known (provider, at, event, delivery)
                ORDER BY known.at DESC, known.event DESC
                LIMIT 1),
            refunded = old.refunded + excluded.refunded
        """;

    private const string Subjects =
        """
        INSERT INTO subjects AS old (source, subject, latest_at)
        SELECT * FROM unnest($1, $2, $3)
        ON CONFLICT (source, subject) DO UPDATE SET latest_at = GREATEST(old.latest_at, excluded.latest_at)
        """;

    private const string Activities =
        """
        INSERT INTO activities (id, at, kind, type, source, provider, service, title, summary, outcome, delivery_id, event_id, recorded_at, recovered)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (id) DO NOTHING
        """;

    private const string Alerts =
        """
        INSERT INTO alerts (id, at, title, body, delivery_id)
        SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (id) DO NOTHING
        """;

    /// <summary>Writes all of <paramref name="projected"/>; nothing when it is empty.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ProjectionBatch projected, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Add(EventMinutes, [.. projected.EventMinutes],
            Times<EventMinute>(row => row.Minute), Texts<EventMinute>(row => row.Kind), Texts<EventMinute>(row => row.Source),
            Texts<EventMinute>(row => row.Provider), Texts<EventMinute>(row => row.Type), Numbers<EventMinute>(row => row.Count));
        batch.Add(IngressMinutes, [.. projected.IngressMinutes],
            Times<IngressMinute>(row => row.Minute), Texts<IngressMinute>(row => row.Source), Texts<IngressMinute>(row => row.Provider),
            Numbers<IngressMinute>(row => row.Accepted), Numbers<IngressMinute>(row => row.Duplicates), Numbers<IngressMinute>(row => row.Conflicts),
            Numbers<IngressMinute>(row => row.Rejected), Numbers<IngressMinute>(row => row.Refused));
        batch.Add(PaymentDays, [.. projected.PaymentDays],
            Column<PaymentDayRow, DateOnly>(NpgsqlDbType.Date, row => row.Day), Texts<PaymentDayRow>(row => row.Currency),
            Numbers<PaymentDayRow>(row => row.CompletedCount), Numbers<PaymentDayRow>(row => row.Completed),
            Numbers<PaymentDayRow>(row => row.FailedCount), Numbers<PaymentDayRow>(row => row.Failed),
            Numbers<PaymentDayRow>(row => row.RefundedCount), Numbers<PaymentDayRow>(row => row.Refunded));
        batch.Add(Payments, [.. projected.Payments],
            Texts<PaymentRow>(row => row.Source), Texts<PaymentRow>(row => row.PaymentId), Texts<PaymentRow>(row => row.Currency), Texts<PaymentRow>(row => row.Provider),
            Column<PaymentRow, bool?>(NpgsqlDbType.Boolean, row => row.Completed), Column<PaymentRow, long?>(NpgsqlDbType.Bigint, row => row.Amount),
            Column<PaymentRow, DateTimeOffset?>(NpgsqlDbType.TimestampTz, row => row.OutcomeAt), Column<PaymentRow, Guid?>(NpgsqlDbType.Uuid, row => row.OutcomeEvent),
            Numbers<PaymentRow>(row => row.Refunded), Times<PaymentRow>(row => row.LatestAt), Ids<PaymentRow>(row => row.LatestEvent), Ids<PaymentRow>(row => row.LatestDelivery));
        batch.Add(Subjects, [.. projected.SubjectRows],
            Texts<SubjectRow>(row => row.Source), Texts<SubjectRow>(row => row.Subject), Times<SubjectRow>(row => row.LatestAt));
        batch.Add(Activities, [.. projected.Activities],
            Ids<ActivityRow>(row => row.Id), Times<ActivityRow>(row => row.At), Texts<ActivityRow>(row => row.Kind), Texts<ActivityRow>(row => row.Type),
            Texts<ActivityRow>(row => row.Source), Texts<ActivityRow>(row => row.Provider), Texts<ActivityRow>(row => row.Service), Texts<ActivityRow>(row => row.Title),
            Texts<ActivityRow>(row => row.Summary), Texts<ActivityRow>(row => row.Outcome), Ids<ActivityRow>(row => row.DeliveryId),
            Column<ActivityRow, Guid?>(NpgsqlDbType.Uuid, row => row.EventId), Times<ActivityRow>(row => row.RecordedAt),
            Column<ActivityRow, bool>(NpgsqlDbType.Boolean, row => row.Recovered));
        batch.Add(Alerts, [.. projected.Alerts],
            Ids<AlertRow>(row => row.Id), Times<AlertRow>(row => row.At), Texts<AlertRow>(row => row.Title), Texts<AlertRow>(row => row.Body), Ids<AlertRow>(row => row.DeliveryId));
        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static void Add<TRow>(this NpgsqlBatch batch, string sql, TRow[] rows, params ReadOnlySpan<Func<TRow[], NpgsqlParameter>> columns)
    {
        if (rows.Length == 0)
        {
            return;
        }

        var command = new NpgsqlBatchCommand(sql);
        foreach (var column in columns)
        {
            command.Parameters.Add(column(rows));
        }

        batch.BatchCommands.Add(command);
    }

    private static Func<TRow[], NpgsqlParameter> Texts<TRow>(Func<TRow, string> value) => Column(NpgsqlDbType.Text, value);

    private static Func<TRow[], NpgsqlParameter> Numbers<TRow>(Func<TRow, long> value) => Column(NpgsqlDbType.Bigint, value);

    private static Func<TRow[], NpgsqlParameter> Ids<TRow>(Func<TRow, Guid> value) => Column(NpgsqlDbType.Uuid, value);

    private static Func<TRow[], NpgsqlParameter> Times<TRow>(Func<TRow, DateTimeOffset> value) => Column(NpgsqlDbType.TimestampTz, value);

    private static Func<TRow[], NpgsqlParameter> Column<TRow, TValue>(NpgsqlDbType type, Func<TRow, TValue> value) =>
        rows => new NpgsqlParameter<TValue[]> { TypedValue = Array.ConvertAll(rows, row => value(row)), NpgsqlDbType = NpgsqlDbType.Array | type };
}
