using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WebhookPlatform.ServiceDefaults.Outbound;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.UnitTests.ServiceDefaults;

public sealed class OutboundGuardTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")] // the metadata service of most clouds
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")] // IPv4-compatible
    [InlineData("::ffff:127.0.0.1")] // IPv4-mapped
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:a00:1")]
    [InlineData("64:ff9b::7f00:1")] // NAT64
    [InlineData("2002:7f00:1::")] // 6to4
    [InlineData("2001::1")] // Teredo
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")] // the metadata service over IPv6
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("2001:db8::1")]
    [InlineData("3fff::1")]
    public void Addresses_that_are_not_on_the_public_internet_are_refused(string address) =>
        Assert.False(Guard().IsAllowed(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("192.167.255.255")]
    [InlineData("169.253.1.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700:4700::1111")]
    public void Public_addresses_are_allowed(string address) =>
        Assert.True(Guard().IsAllowed(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.20.1.1", true)]
    [InlineData("::ffff:10.20.1.1", true)]
    [InlineData("10.21.0.1", false)]
    [InlineData("fd12:3456::1", true)]
    [InlineData("fd12:3457::1", false)]
    [InlineData("127.0.0.1", false)]
    public void Allowed_networks_open_those_networks_and_no_others(string address, bool allowed) =>
        Assert.Equal(allowed, Guard("10.20.0.0/16", "fd12:3456::/32").IsAllowed(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://127.0.0.1:8080/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://localhost:5400/")]
    [InlineData("http://LOCALHOST./")]
    [InlineData("http://app.localhost/")]
    [InlineData("https://user:password@example.com/")]
    [InlineData("https://user@example.com/")]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://example.com/")]
    [InlineData("//example.com/")]
    [InlineData("/relative")]
    [InlineData("")]
    public void Urls_that_lead_inside_or_carry_credentials_are_refused(string url) =>
        Assert.NotNull(Guard().Refusal(url));

    [Theory]
    [InlineData("https://example.com/hooks?token=1")]
    [InlineData("http://example.com:8080/")]
    [InlineData("https://1.1.1.1/")]
    [InlineData("https://[2606:4700:4700::1111]/")]
    public void Urls_of_the_public_internet_may_be_used(string url) =>
        Assert.Null(Guard().Refusal(url));

    [Fact]
    public async Task A_name_that_resolves_to_loopback_is_refused_when_connecting()
    {
        await using var receiver = await WebReceiver.StartAsync();
        await using var services = Services();
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("test");

        var failure = await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync(new Uri($"http://localhost:{receiver.Address.Port}/"), TestContext.Current.CancellationToken));

        Assert.NotNull(OutboundRefusedException.In(failure));
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task An_allowed_network_can_be_reached_by_name()
    {
        await using var receiver = await WebReceiver.StartAsync();
        await using var services = Services(("Outbound:AllowedNetworks:0", "127.0.0.0/8"));
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("test");

        using var response = await client.GetAsync(new Uri($"http://localhost:{receiver.Address.Port}/"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Redirects_are_not_followed_and_cookies_not_kept()
    {
        await using var receiver = await WebReceiver.StartAsync((context, _) =>
        {
            context.Response.Headers.SetCookie = "session=1";
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        await using var services = Services(("Outbound:AllowPrivateNetworks", "true"));
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("test");

        using var first = await client.GetAsync(receiver.Address, TestContext.Current.CancellationToken);
        using var second = await client.GetAsync(receiver.Address, TestContext.Current.CancellationToken);

        Assert.Equal([HttpStatusCode.Redirect, HttpStatusCode.Redirect], [first.StatusCode, second.StatusCode]);
        Assert.All(receiver.Requests, request => Assert.False(request.Path is "/elsewhere" || request.Headers.ContainsKey("Cookie")));
    }

    [Theory]
    [InlineData("10.20.0.0/33")]
    [InlineData("10.20")]
    [InlineData("internal.example")]
    public void A_network_that_is_none_is_told_at_start(string network)
    {
        using var services = Services(("Outbound:AllowedNetworks:0", network));
        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<OutboundOptions>>().Value);
    }

    private static OutboundGuard Guard(params string[] networks)
    {
        var options = new OutboundOptions();
        Array.ForEach(networks, options.AllowedNetworks.Add);
        return new OutboundGuard(Options.Create(options));
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build());
        services.AddOutboundClient("test");
        return services.BuildServiceProvider();
    }
}
