using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Playwright;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;
using static Microsoft.Playwright.Assertions;

namespace WebhookPlatform.EndToEndTests;

public sealed class BrowserTests(Platform platform) : IAsyncLifetime
{
    // The browser that test.sh has found, or Debian's; and flags without which it looks for servers on the internet at every start.
    private static readonly BrowserTypeLaunchOptions Launch = new()
    {
        ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
        Args =
        [
            "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync",
        ],
    };

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(Launch);
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        _playwright?.Dispose();
    }

    [Fact]
    public async Task Page_is_closed_without_the_key()
    {
        var page = await _browser!.NewPageAsync();

        await page.GotoAsync(platform.Dashboard.Address.ToString());

        await Expect(page.GetByTestId("login-key")).ToBeVisibleAsync();
        await page.GetByTestId("login-key").FillAsync("not-the-operator-key");
        await page.GetByTestId("login-submit").ClickAsync();
        await Expect(page.GetByTestId("login-error")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("feed")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Webhook_appears_on_the_page_by_itself_and_its_timeline_can_be_opened()
    {
        var page = await OpenAsync();
        var signed = Platform.Make("github", "pull_request.opened", seed: 20_26);

        var (delivery, _) = await platform.SendAsync("github", signed);

        var title = Text(signed.Body, "title");
        var row = page.GetByTestId("feed-row").Filter(new() { HasText = title }).First;
        await Expect(row).ToBeVisibleAsync(new() { Timeout = 15_000 });
        await row.ClickAsync();
        await Expect(page.GetByTestId("drawer")).ToContainTextAsync(delivery!.Value.ToString());
        await Expect(page.GetByTestId("timeline-entry").First).ToBeVisibleAsync();
        await Eventually.IsTrue(async () => await page.GetByTestId("timeline-entry").CountAsync() >= 3);
        await Expect(page.GetByTestId("payload")).ToContainTextAsync(title);
    }

    [Fact]
    public async Task Page_says_when_it_is_not_live_and_becomes_live_again_by_itself()
    {
        var page = await OpenAsync();

        platform.Dashboard.Kill();
        await Expect(page.GetByTestId("connection-banner")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        platform.Dashboard.Start();
        await platform.Dashboard.IsReady();

        await Expect(page.GetByTestId("live-state")).ToContainTextAsync("Live", new() { Timeout = 60_000 });
        var signed = Platform.Make("github", "pull_request.opened", seed: 20_27);
        await platform.SendAsync("github", signed);
        await Expect(page.GetByTestId("feed-row").Filter(new() { HasText = Text(signed.Body, "title") }).First).ToBeVisibleAsync(new() { Timeout = 15_000 });
    }

    [Fact]
    public async Task Webhook_under_a_wrong_secret_is_explained_and_let_in_once_the_secret_is_mended_on_the_page()
    {
        const string source = "mended";
        var right = SimulatedSources.SecretOf("stripe");
        using var made = await platform.Gateway.Operator.PutAsJsonAsync($"/api/sources/{source}", new { provider = "stripe", secrets = new[] { "whsec_of_somebody_else_0123456789" } }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var request = Platform.Make("stripe", "payment_intent.succeeded", seed: 20_28).ToHttpRequestMessage(new Uri(platform.Gateway.Address, $"/webhooks/{source}"));
        using var refused = await platform.Gateway.Operator.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        var page = await OpenAsync();
        await page.GetByTestId("source-link").Filter(new() { HasText = source }).ClickAsync(new() { Timeout = 30_000 });
        await Expect(page.GetByTestId("rejection")).ToContainTextAsync("of source 'stripe'", new() { Timeout = 15_000 });
        await Expect(page.GetByTestId("quarantined")).ToHaveCountAsync(1, new() { Timeout = 15_000 });

        await page.GetByTestId("secret-new").FillAsync(right);
        await page.GetByTestId("secret-add").ClickAsync();
        await Expect(page.GetByTestId("secret-told")).ToContainTextAsync("Added");
        await Expect(page.GetByTestId("secret-new")).ToHaveValueAsync("");
        Assert.DoesNotContain(right, await page.ContentAsync() + page.Url, StringComparison.Ordinal);

        await page.GetByTestId("release").ClickAsync();
        await page.GetByTestId("confirm-action").ClickAsync();
        await Expect(page.GetByTestId("release-result")).ToContainTextAsync("1 let in");
        await Expect(page.GetByTestId("quarantine-empty")).ToBeVisibleAsync();
        await page.GetByTestId("source-delivery").ClickAsync(new() { Timeout = 15_000 });
        await Expect(page.GetByTestId("proven-by")).ToContainTextAsync($"{right[..2]}…{right[^2..]}");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByTestId("drawer")).ToHaveCountAsync(0);

        // What a sender has just used is not retired without asking again, the other one is.
        using var next = Platform.Make("stripe", "payment_intent.succeeded", seed: 20_29).ToHttpRequestMessage(new Uri(platform.Gateway.Address, $"/webhooks/{source}"));
        using var accepted = await platform.Gateway.Operator.SendAsync(next, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        await Expect(page.GetByTestId("secret-use").First).ToHaveTextAsync("in use", new() { Timeout = 15_000 });
        await page.GetByTestId("retire").First.ClickAsync();
        await page.GetByTestId("confirm-action").ClickAsync();
        await Expect(page.GetByTestId("retire-refused")).ToContainTextAsync("Senders still use this secret");
        await page.GetByTestId("confirm-cancel").ClickAsync();
        await page.GetByTestId("retire").Last.ClickAsync();
        await page.GetByTestId("confirm-action").ClickAsync();
        await Expect(page.GetByTestId("retired-secret")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("secret")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Public_key_of_many_lines_is_pasted_on_the_page_and_proves_webhooks()
    {
        const string source = "keyed";
        using var made = await platform.Gateway.Operator.PutAsJsonAsync($"/api/sources/{source}", new { provider = "jwt", secrets = new[] { "a-shared-secret-of-at-least-32-characters" } }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var page = await OpenAsync();
        await page.GotoAsync($"{platform.Dashboard.Address}sources/{source}");

        await page.GetByTestId("secret-new").FillAsync(key.ExportSubjectPublicKeyInfoPem().ReplaceLineEndings("\r\n") + "\r\n");
        await page.GetByTestId("secret-add").ClickAsync();

        await Expect(page.GetByTestId("secret-told")).ToContainTextAsync("Added PEM public key");
        await Expect(page.GetByTestId("secret-new")).ToHaveValueAsync("");
        var signed = $"{Base64Url.EncodeToString("""{"alg":"ES256"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"exp":{{DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds()}}}"""))}";
        using var webhook = new HttpRequestMessage(HttpMethod.Post, new Uri(platform.Gateway.Address, $"/webhooks/{source}")) { Content = new StringContent("""{"id":"evt_keyed"}""", Encoding.UTF8, "application/json") };
        webhook.Headers.Add("Authorization", $"Bearer {signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}");
        using var client = new HttpClient();
        using var accepted = await client.SendAsync(webhook, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
    }

    [Fact]
    public async Task Source_of_the_configuration_is_shown_without_buttons_that_would_fail()
    {
        var page = await OpenAsync();

        await page.GotoAsync($"{platform.Dashboard.Address}sources/github");

        await Expect(page.GetByTestId("secrets-fixed")).ToContainTextAsync("Sources:github:Secrets", new() { Timeout = 30_000 });
        await Expect(page.GetByTestId("secret")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("retire")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("secret-new")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sources")]
    [InlineData("sources/stripe")]
    public async Task Page_fits_a_phone(string path)
    {
        var page = await OpenAsync(new ViewportSize { Width = 390, Height = 844 });
        await page.GotoAsync($"{platform.Dashboard.Address}{path}");
        await Expect(page.GetByTestId("live-state")).ToContainTextAsync("Live", new() { Timeout = 30_000 });
        await Expect(page.GetByRole(AriaRole.Progressbar)).ToHaveCountAsync(0);

        var widths = await page.EvaluateAsync<int[]>("[document.documentElement.scrollWidth, window.innerWidth]");

        Assert.True(widths[0] <= widths[1], $"The page is {widths[0]} pixels wide on a screen of {widths[1]}.");
    }

    private async Task<IPage> OpenAsync(ViewportSize? size = null)
    {
        var page = await _browser!.NewPageAsync(new() { ViewportSize = size ?? new ViewportSize { Width = 1440, Height = 900 } });
        await page.GotoAsync($"{platform.Dashboard.Address}login#key={Platform.OperatorKey}");
        await Expect(page.GetByTestId("live-state")).ToContainTextAsync("Live", new() { Timeout = 30_000 });
        return page;
    }

    private static string Text(byte[] body, string name) =>
        System.Text.Json.JsonDocument.Parse(body).RootElement.GetProperty("pull_request").GetProperty(name).GetString()!;
}
