using System.Net;
using Microsoft.AspNetCore.Components;
using WebhookPlatform.Dashboard.Console.Gateway;

namespace WebhookPlatform.Dashboard.Console.SourceViews;

/// <summary>A source's secrets by their hints: add one, see which are used, retire one. What is typed is held until it is sent and then forgotten, whatever becomes of it.</summary>
public sealed partial class SecretsPanel
{
    // The gateway's limit on what it takes is larger; the page's connection takes no longer messages.
    private const int LongestSecret = 16 * 1024;

    private string typed = "";
    private int attempt;
    private bool busy;
    private string? told;
    private string toldTone = "good";
    private SecretLine? asking;
    private string? refused;

    [Parameter]
    [EditorRequired]
    public required SourceDesk Desk { get; set; }

    [Parameter]
    [EditorRequired]
    public Answer<SecretList>? Secrets { get; set; }

    /// <summary>The desk has changed.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private void Typed(ChangeEventArgs change) => typed = change.Value?.ToString() ?? "";

    private async Task AddAsync()
    {
        var secret = typed;
        typed = "";
        attempt++;
        busy = true;
        var answer = await Desk.AddSecretAsync(secret, CancellationToken.None);
        busy = false;
        (told, toldTone) = answer.Value is { Secrets: [var added, ..] }
            ? ($"Added {added.Hint}. What waits in quarantine and is signed with it can be released now.", "good")
            : (answer.Problem, "bad");
        await OnChanged.InvokeAsync();
    }

    private void Ask(SecretLine secret) => (asking, refused, told) = (secret, null, null);

    private void Cancel() => asking = busy ? asking : null;

    private async Task RetireAsync()
    {
        if (asking is not { } secret)
        {
            return;
        }

        busy = true;
        var answer = await Desk.RetireSecretAsync(secret.Id, force: refused is not null, CancellationToken.None);
        busy = false;

        // Refused because it is in use: asked once more, with what the gateway says. The only secret cannot be forced either.
        var asksAgain = answer.Status is HttpStatusCode.Conflict && refused is null && Desk.Secrets?.Value is { Secrets.Count: > 1 };
        (asking, refused) = asksAgain ? (secret, answer.Problem) : (null, null);
        if (!asksAgain)
        {
            (told, toldTone) = answer.Problem is { } problem ? (problem, "bad") : ($"Retired {secret.Hint}.", "good");
        }

        await OnChanged.InvokeAsync();
    }
}
