using System.Net;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;

namespace WebhookPlatform.UnitTests.Gateway.Ingress;

public sealed class RemoteAddressTests
{
    [Theory]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    public void Address_is_told_as_people_write_it(string seen, string expected) =>
        Assert.Equal(expected, RemoteAddress.Of(new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(seen) } }));

    [Fact]
    public void Connection_without_an_address_has_none() => Assert.Null(RemoteAddress.Of(new DefaultHttpContext()));
}
