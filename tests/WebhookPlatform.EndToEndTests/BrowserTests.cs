using Microsoft.Playwright;
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
    public async Task Page_fits_a_phone()
    {
        var page = await OpenAsync(new ViewportSize { Width = 390, Height = 844 });

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
