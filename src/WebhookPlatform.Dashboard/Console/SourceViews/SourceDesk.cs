using System.Net;
using WebhookPlatform.Dashboard.Access;
using WebhookPlatform.Dashboard.Console.Gateway;

namespace WebhookPlatform.Dashboard.Console.SourceViews;

/// <summary>
/// One source as an open page shows it, and what its operator may do with it. An outage of the gateway leaves what is known and adds the problem. Whatever changes something asks first
/// who sits there, and does nothing for anybody else.
/// </summary>
public sealed class SourceDesk(string name, GatewaySources gateway, ConsoleOperator person)
{
    /// <summary>Told to whoever may not change anything.</summary>
    public const string LoginOver = "Your login is over, and nothing was changed: reload the page and log in again.";

    /// <summary>The source's name.</summary>
    public string Name { get; } = name;

    // What was asked before a change must not overwrite what came after it.
    private int changes;

    // Where the shown page of the quarantine and those before it begin; empty on the newest.
    private readonly Stack<long> pages = [];

    /// <summary>Null while it is not known yet; so for the others.</summary>
    public Answer<SourceFacts>? Facts { get; private set; }

    public Answer<RejectionList>? Rejections { get; private set; }

    /// <summary>The page that was turned to, with the counts of all.</summary>
    public Answer<QuarantinePage>? Quarantine { get; private set; }

    /// <summary>Which page of the quarantine that is, from 1, the newest.</summary>
    public int PageOfQuarantine => pages.Count + 1;

    public Answer<SecretList>? Secrets { get; private set; }

    public Answer<DeliveryPage>? Deliveries { get; private set; }

    /// <summary>Whether whoever looks at the page may change something.</summary>
    public bool MayChange { get; private set; }

    /// <summary>Whether secrets can be added and retired here: not for a source of the gateway's configuration.</summary>
    public bool MayChangeSecrets => MayChange && Facts?.Value is { IsChangeable: true };

    /// <summary>The gateway has no such source; its rejections may be there all the same.</summary>
    public bool IsMissing => Facts?.Status is HttpStatusCode.NotFound;

    /// <summary>Why what is shown may be old or incomplete; null when it is not.</summary>
    public string? Problem =>
        (IsMissing ? Rejections?.Problem : Facts?.Problem ?? Secrets?.Problem ?? Quarantine?.Problem ?? Rejections?.Problem ?? Deliveries?.Problem) is { } problem
            ? Facts?.Value is null ? problem : $"{problem} What is shown may be from before."
            : null;

    /// <summary>Reads everything anew.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        MayChange = await person.MayChangeAsync();
        await Task.WhenAll(
            ReadAsync(gateway.FindAsync(Name, cancellationToken), answer => Facts = answer.Or(Facts)),
            ReadQuarantineAsync(cancellationToken),
            ReadAsync(gateway.SecretsAsync(Name, cancellationToken), answer => Secrets = answer.Or(Secrets)),
            ReadAsync(gateway.DeliveriesAsync(Name, cancellationToken), answer => Deliveries = answer.Or(Deliveries)),
            ReadAsync(gateway.RejectionsAsync(Name, null, cancellationToken), answer => Rejections = Merged(answer, list => list.WithNewest(answer.Value!))));
    }

    /// <summary>Reads a page of older rejections.</summary>
    public async Task ReadOlderAsync(CancellationToken cancellationToken)
    {
        if (Rejections?.Value?.Next is { } next)
        {
            var answer = await gateway.RejectionsAsync(Name, next, cancellationToken);
            Rejections = Merged(answer, list => list.WithOlder(answer.Value!));
        }
    }

    /// <summary>Turns to the page of the quarantine with the next older ones; stays where it is when there is none, or the gateway does not answer.</summary>
    public async Task ReadOlderQuarantineAsync(CancellationToken cancellationToken)
    {
        if (Quarantine?.Value?.Next is { } next)
        {
            var answer = await gateway.QuarantineAsync(Name, next, cancellationToken);
            if (answer.Value is not null)
            {
                pages.Push(next);
            }

            Quarantine = answer.Or(Quarantine);
        }
    }

    /// <summary>Turns back to the page of the quarantine with the next newer ones.</summary>
    public async Task ReadNewerQuarantineAsync(CancellationToken cancellationToken)
    {
        pages.TryPop(out _);
        await ReadQuarantineAsync(cancellationToken);
    }

    /// <summary>Lets in what the present secrets and settings prove.</summary>
    public async Task<Answer<ReleaseResult>> ReleaseAsync(CancellationToken cancellationToken)
    {
        var answer = await ChangeAsync(() => gateway.ReleaseAsync(Name, cancellationToken));
        pages.Clear();
        await RefreshAsync(cancellationToken);
        return answer;
    }

    /// <summary>Adds a secret beside the others.</summary>
    /// <param name="secret">As the provider shows it; kept nowhere here.</param>
    public async Task<Answer<SecretList>> AddSecretAsync(string secret, CancellationToken cancellationToken) =>
        secret.Trim() is { Length: > 0 } text
            ? await TakeAsync(await ChangeAsync(() => gateway.AddSecretAsync(Name, text, cancellationToken)), cancellationToken)
            : new(null, "Paste the new secret as the provider shows it.");

    /// <summary>Retires a secret.</summary>
    /// <param name="force">Even while senders use it.</param>
    public async Task<Answer<SecretList>> RetireSecretAsync(string id, bool force, CancellationToken cancellationToken) =>
        await TakeAsync(await ChangeAsync(() => gateway.RetireSecretAsync(Name, id, force, cancellationToken)), cancellationToken);

    private async Task ReadQuarantineAsync(CancellationToken cancellationToken)
    {
        var asked = pages.Count;
        await ReadAsync(gateway.QuarantineAsync(Name, asked == 0 ? null : pages.Peek(), cancellationToken), answer => Quarantine = asked == pages.Count ? answer.Or(Quarantine) : Quarantine);
        if (asked > 0 && asked == pages.Count && Quarantine is { Problem: null, Value.Requests.Count: 0 })
        {
            // What was on it has expired, was released elsewhere or had to make room.
            pages.Clear();
            await ReadQuarantineAsync(cancellationToken);
        }
    }

    private async Task<Answer<SecretList>> TakeAsync(Answer<SecretList> answer, CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        return answer;
    }

    private async Task<Answer<T>> ChangeAsync<T>(Func<Task<Answer<T>>> change)
        where T : class
    {
        if (!await person.MayChangeAsync())
        {
            return new(null, LoginOver);
        }

        try
        {
            return await change();
        }
        finally
        {
            changes++;
        }
    }

    private async Task ReadAsync<T>(Task<Answer<T>> reading, Action<Answer<T>> keep)
        where T : class
    {
        var before = changes;
        var answer = await reading;
        if (before == changes)
        {
            keep(answer);
        }
    }

    private Answer<RejectionList> Merged(Answer<RejectionPage> answer, Func<RejectionList, RejectionList> merge)
    {
        var known = Rejections?.Value;
        return new(answer.Value is null ? known : merge(known ?? RejectionList.Empty), answer.Problem, answer.Status);
    }
}
