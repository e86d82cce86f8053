using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>Certificates that senders show in the TLS handshake.</summary>
public static class ClientCertificates
{
    /// <summary>Lets every sender show one and none need to. Whether it is worth anything is the source's provider's to judge: most senders' authorities are nobody's but their own.</summary>
    public static void Allow(HttpsConnectionAdapterOptions https)
    {
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.AllowAnyClientCertificate();
    }
}
