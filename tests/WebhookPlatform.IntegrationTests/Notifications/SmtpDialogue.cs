using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications.Notifications;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Notifications;

/// <summary>What becomes of mail when a server takes it, takes it later, or never.</summary>
public sealed class SmtpDialogue(TestServers servers)
{
    [Fact]
    public async Task Mail_is_taken_tried_again_on_4xx_and_given_up_on_5xx()
    {
        await using var smtp = new SmtpCatcher();
        var busy = 2;
        smtp.Answer = line =>
            line.Contains("<late@", StringComparison.Ordinal) && line.StartsWith("RCPT", StringComparison.Ordinal) && Interlocked.Decrement(ref busy) >= 0 ? "451 busy, come back"
            : line.Contains("<never@", StringComparison.Ordinal) && line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 no such user"
            : null;
        await using var host = await NotificationsHost.StartAsync(
            await NotificationsGround.PrepareAsync(servers),
            ("Notifications:Smtp:Host", "127.0.0.1"),
            ("Notifications:Smtp:Port", $"{smtp.Port}"),
            ("Notifications:Smtp:From", "Webhooks <webhooks@example.com>"));
        foreach (var name in (string[])["soon", "late", "never"])
        {
            await host.SubscribeAsync(NotificationFlow.Mail(name));
        }

        var payment = NotificationFlow.Payment("soon, late or never");
        await host.PublishAsync(payment, payment.Metadata.EventId);

        var rows = await Eventually.Is(() => host.RowsAsync(payment.Metadata.EventId), rows => rows.Count == 4 && rows.All(row => row.State is not WorkState.Pending));
        var soon = rows.Single(row => row.Target is "soon@example.com");
        var late = rows.Single(row => row.Target is "late@example.com");
        var never = rows.Single(row => row.Target is "never@example.com");
        Assert.Equal((WorkState.Succeeded, 1), (soon.State, soon.Attempts));
        Assert.Equal((WorkState.Succeeded, 3), (late.State, late.Attempts));
        Assert.Equal("The mail server answered 451 for late@example.com: busy, come back", late.History.First().Error);
        Assert.Equal((WorkState.Dead, 1), (never.State, never.Attempts));
        Assert.Equal(AttemptOutcome.Rejected, Assert.Single(never.History).Outcome);
        Assert.Equal(2, smtp.Mails.Count);
        Assert.Single(smtp.Mails, mail => mail.Contains($"<{soon.Id}@webhookplatform>", StringComparison.Ordinal));
        Assert.Single(smtp.Mails, mail => mail.Contains($"<{late.Id}@webhookplatform>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mail_without_an_address_is_dead_while_there_is_no_default_and_is_sent_when_retried_with_one()
    {
        await using var smtp = new SmtpCatcher();
        var ground = await NotificationsGround.PrepareAsync(servers);
        (string, string)[] mail = [("Notifications:Smtp:Host", "127.0.0.1"), ("Notifications:Smtp:Port", $"{smtp.Port}")];
        var request = new NotificationRequested(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), "email", null, "Rule fired", "");
        await using (var host = await NotificationsHost.StartAsync(ground, mail))
        {
            await host.PublishAsync(request, request.RequestId);

            var dead = Assert.Single(await Eventually.Is(() => host.RowsAsync(request.EventId), rows => rows.Count > 0));
            Assert.Equal(WorkState.Dead, dead.State);
            Assert.Contains("set Notifications:Mail:DefaultRecipient", dead.LastError, StringComparison.Ordinal);
            Assert.Empty(smtp.Mails);
        }

        await using var configured = await NotificationsHost.StartAsync(ground, [.. mail, ("Notifications:Mail:DefaultRecipient", "team@example.com")]);
        var row = Assert.Single(await configured.RowsAsync(request.EventId));
        using var retried = await configured.Client.PostAsync($"/api/notifications/{row.Id}/retry", null, TestContext.Current.CancellationToken);
        await Eventually.Is(() => configured.RowsAsync(request.EventId), rows => rows is [{ State: WorkState.Succeeded }]);
        Assert.Contains("team@example.com", Assert.Single(smtp.Mails), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_is_away_is_tried_until_the_attempts_are_used_up()
    {
        await using var host = await NotificationsHost.StartAsync(
            await NotificationsGround.PrepareAsync(servers),
            ("Notifications:Smtp:Host", "127.0.0.1"),
            ("Notifications:Smtp:Port", "1"),
            ("Notifications:Sending:MaxAttempts", "3"));
        await host.SubscribeAsync(NotificationFlow.Mail("away"));
        var payment = NotificationFlow.Payment("away");
        await host.PublishAsync(payment, payment.Metadata.EventId);

        var rows = await Eventually.Is(() => host.RowsAsync(payment.Metadata.EventId), rows => rows.Any(row => row.State is WorkState.Dead));
        Assert.Equal([1, 2, 3], rows.Single(row => row.State is WorkState.Dead).History.Select(attempt => attempt.Number));
    }
}
