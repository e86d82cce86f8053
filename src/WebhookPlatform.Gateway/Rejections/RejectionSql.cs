using Npgsql;
using NpgsqlTypes;

namespace WebhookPlatform.Gateway.Rejections;

internal static class RejectionSql
{
    private const int Kept = 10_000;

    public static NpgsqlBatchCommand Insert(IReadOnlyList<Rejection> rejections) => new(
        "INSERT INTO rejections (at, source, status, reason, cause, detail, remote_address, user_agent, content_length) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    {
        Parameters =
        {
            new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. rejections.Select(row => row.At)] },
            Texts(rejections.Select(row => row.Source)),
            new NpgsqlParameter<int[]> { TypedValue = [.. rejections.Select(row => row.Status)] },
            Texts(rejections.Select(row => row.Reason)),
            Texts(rejections.Select(row => row.Cause)),
            Texts(rejections.Select(row => row.Detail)),
            Texts(rejections.Select(row => row.RemoteAddress)),
            Texts(rejections.Select(row => row.UserAgent)),
            new NpgsqlParameter<long?[]> { TypedValue = [.. rejections.Select(row => row.ContentLength)] },
        },
    };

    /// <summary>Keeps the last ten thousand.</summary>
    public static NpgsqlBatchCommand Trim() => new("DELETE FROM rejections WHERE id <= (SELECT max(id) FROM rejections) - $1")
    {
        Parameters = { new NpgsqlParameter<long> { TypedValue = Kept } },
    };

    private static NpgsqlParameter<string?[]> Texts(IEnumerable<string?> values) =>
        new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}
