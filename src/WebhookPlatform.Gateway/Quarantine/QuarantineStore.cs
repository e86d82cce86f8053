using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using WebhookPlatform.Gateway.Diagnosis;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Quarantine;

/// <summary>Keeps requests that were not believed, within bounds for each source.</summary>
public sealed class QuarantineStore(NpgsqlDataSource database, IDataProtectionProvider protection, IOptions<QuarantineOptions> options)
{
    /// <summary>Larger bodies are not kept.</summary>
    public const int LargestBody = 1024 * 1024;

    // What cannot be stored soon is let go of: it was answered 401, and its sender may come again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Whether it looks like a webhook whose proof went wrong, rather than like anything that strangers send.</summary>
    public bool IsWorthKeeping(UnprovenRequest request) =>
        options.Value is { MaxRequests: > 0, MaxBytes: > 0 }
        && request.Request.Body.Length is > 0 and <= LargestBody
        && IsOfProof(request)
        && IsPlausible(request.Request);

    /// <summary>Stores requests, and lets go of what is too much then: what no diagnosis has proven first, the oldest of it first.</summary>
    public async Task StoreAsync(IReadOnlyList<(UnprovenRequest Request, Finding Finding)> requests, CancellationToken cancellationToken)
    {
        var protector = Protector();
        var rows = requests.Select(one => (one.Request, one.Finding, Content: protector.Protect(QuarantinedContent.Pack(one.Request.Request, one.Request.CalledUrl)))).ToArray();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Insert(rows));
        foreach (var source in rows.Select(row => row.Request.Source.Name).Distinct(StringComparer.Ordinal))
        {
            batch.BatchCommands.Add(Trim(source));
        }

        await batch.ExecuteNonQueryAsync(limit.Token);
    }

    /// <summary>Lets go of what a source has from before a time.</summary>
    public async Task ForgetAsync(string source, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("DELETE FROM quarantine WHERE source = $1 AND received_at < $2");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = before });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The request as it came, for its source's present settings.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys that encrypted it are gone.</exception>
    internal RawRequest Open(QuarantinedRequest row, Source source) => QuarantinedContent.Unpack(Protector().Unprotect(row.Content), source);

    private static bool IsOfProof(UnprovenRequest request) => request.Failure switch
    {
        VerificationFailure.SignatureMismatch or VerificationFailure.TokenMismatch or VerificationFailure.StaleTimestamp or VerificationFailure.FutureTimestamp => true,
        VerificationFailure.NotAllowed => false,
        _ => HeaderClues.HasProof(request.Request),
    };

    private static bool IsPlausible(in RawRequest request)
    {
        var body = request.Body.Span;
        body = body.StartsWith<byte>([0xEF, 0xBB, 0xBF]) ? body[3..] : body;
        var first = body.TrimStart(" \t\r\n"u8) is [var letter, ..] ? letter : default;
        return request.MediaType switch
        {
            { } media when media.EndsWith("json", StringComparison.Ordinal) => first is (byte)'{' or (byte)'[' or (byte)'"',
            "application/x-www-form-urlencoded" => body.Contains((byte)'='),
            _ => first != default,
        };
    }

    private static NpgsqlBatchCommand Insert((UnprovenRequest Request, Finding Finding, byte[] Content)[] rows) => new(
        "INSERT INTO quarantine (source, received_at, reason, cause, diagnosis, is_proven, body_bytes, size, content) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    {
        Parameters =
        {
            Texts(rows.Select(row => row.Request.Source.Name)),
            new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. rows.Select(row => row.Request.ReceivedAt)] },
            Texts(rows.Select(row => row.Request.Rejection.Reason)),
            Texts(rows.Select(row => row.Finding.Cause)),
            Texts(rows.Select(row => row.Finding.Sentence)),
            new NpgsqlParameter<bool[]> { TypedValue = [.. rows.Select(row => row.Finding.IsProven)] },
            new NpgsqlParameter<int[]> { TypedValue = [.. rows.Select(row => row.Request.Request.Body.Length)] },
            new NpgsqlParameter<int[]> { TypedValue = [.. rows.Select(row => row.Content.Length)] },
            new NpgsqlParameter<byte[][]> { TypedValue = [.. rows.Select(row => row.Content)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
        },
    };

    private NpgsqlBatchCommand Trim(string source) => new(
        """
        DELETE FROM quarantine USING (
            SELECT id, row_number() OVER kept AS place, sum(size) OVER kept AS bytes FROM quarantine WHERE source = $1
            WINDOW kept AS (ORDER BY is_proven DESC, id DESC ROWS UNBOUNDED PRECEDING)
        ) AS counted
        WHERE quarantine.id = counted.id AND (counted.place > $2 OR counted.bytes > $3)
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = source },
            new NpgsqlParameter<long> { TypedValue = options.Value.MaxRequests },
            new NpgsqlParameter<long> { TypedValue = options.Value.MaxBytes },
        },
    };

    private IDataProtector Protector() => protection.CreateProtector("WebhookPlatform.Gateway.Quarantine");

    private static NpgsqlParameter<string[]> Texts(IEnumerable<string> values) => new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}
