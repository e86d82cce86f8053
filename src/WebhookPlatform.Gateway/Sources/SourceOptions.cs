using Microsoft.Extensions.Options;
using WebhookPlatform.Gateway.Recovery;
using WebhookPlatform.ServiceDefaults;

namespace WebhookPlatform.Gateway.Sources;

/// <summary>Configuration section <c>Sources</c>: sources by name.</summary>
public sealed class SourcesOptions : Dictionary<string, SourceOptions>
{
    public SourcesOptions()
        : base(StringComparer.OrdinalIgnoreCase)
    {
    }
}

/// <summary>A source's settings as configuration (<c>Sources:{name}:…</c>) and the API give them.</summary>
public sealed class SourceOptions
{
    /// <summary>E.g. <c>stripe</c>.</summary>
    public string? Provider { get; set; }

    /// <summary>Active secrets, newest first.</summary>
    public IList<string>? Secrets { get; set; }

    /// <summary>Header with the signature or token (<c>hmac</c>, <c>token</c>); <c>X-Signature</c> by default.</summary>
    public string? Header { get; set; }

    /// <summary>How far a signed timestamp may be from now; the scheme's own default when not set.</summary>
    public int? ToleranceSeconds { get; set; }

    /// <summary>The URL as the provider calls it, for schemes that sign it.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>Largest accepted body in bytes; 1 MiB by default, 25 MiB at most.</summary>
    public int? MaxBodyBytes { get; set; }

    /// <summary>Days after its last delivery during which an event id is recognized as a repeat; the provider's own by default. Not less than the provider itself retries, 3650 at most.</summary>
    public int? DuplicateHorizonDays { get; set; }

    /// <summary><c>sha256</c> (default), <c>sha1</c> or <c>sha512</c>, for <c>hmac</c>.</summary>
    public HmacAlgorithm? Algorithm { get; set; }

    /// <summary><c>hex</c> (default) or <c>base64</c>, for <c>hmac</c>.</summary>
    public SignatureEncoding? Encoding { get; set; }

    /// <summary>Text before the encoded signature, e.g. <c>sha256=</c>, for <c>hmac</c>.</summary>
    public string? Prefix { get; set; }

    /// <summary>What only its provider knows, e.g. PayPal's <c>WebhookId</c>.</summary>
    public IDictionary<string, string>? Settings { get; set; }

    /// <summary>How webhooks that did not come are fetched from the provider; not set: they are not.</summary>
    public RecoveryOptions? Recovery { get; set; }

    /// <summary>See <see cref="FieldMapping.EventIdField"/>.</summary>
    public string? EventIdField { get; set; }

    /// <summary>See <see cref="FieldMapping.EventTypeField"/>.</summary>
    public string? EventTypeField { get; set; }

    /// <summary>See <see cref="FieldMapping.OccurredAtField"/>.</summary>
    public string? OccurredAtField { get; set; }

    /// <summary>See <see cref="FieldMapping.Rules"/>.</summary>
    public IList<MapOptions?>? Map { get; set; }
}

/// <summary>One rule of a mapping: <c>Map:0:When:event=payment_success</c>, <c>Map:0:Event=PaymentCompleted</c>, <c>Map:0:Fields:PaymentId=orderId</c>.</summary>
public sealed class MapOptions
{
    public IDictionary<string, string>? When { get; set; }

    public string? Event { get; set; }

    public IDictionary<string, string>? Fields { get; set; }
}

internal sealed class SourcesValidation(IConfiguration configuration) : IValidateOptions<SourcesOptions>
{
    public ValidateOptionsResult Validate(string? name, SourcesOptions options)
    {
        var unreadable = configuration.GetSection("Sources").GetChildren()
            .Select(source => (source.Key, Problem: Unreadable(source)))
            .Where(source => source.Problem is not null)
            .ToDictionary(source => source.Key, source => source.Problem!, StringComparer.OrdinalIgnoreCase);
        var problems = options.Where(source => !unreadable.ContainsKey(source.Key)).SelectMany(source => SourceFactory.Create(source.Key.ToLowerInvariant(), source.Value, SourceOrigin.Configuration).Problems
            .Select(problem => $"Sources:{source.Key}: {problem}"))
            .Concat(unreadable.Values)
            .ToList();
        return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }

    // Bound to a dictionary, a source with a value that cannot be read would be missing without a word, and so would a misspelt setting.
    private static string? Unreadable(IConfigurationSection source)
    {
        try
        {
            source.Get<SourceOptions>(binder => binder.ErrorOnUnknownConfiguration = true);
            return null;
        }
        catch (InvalidOperationException failure)
        {
            var problem = ConfigurationProblem.Describe(failure) ?? failure.Message;
            return problem.StartsWith(source.Path, StringComparison.Ordinal) ? problem : $"{source.Path}: {problem}";
        }
    }
}
