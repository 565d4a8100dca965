using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Postgres.Secrets;

/// <summary>Signs a request without body or query by AWS Signature Version 4 (docs.aws.amazon.com, "Create a signed AWS API request").</summary>
internal static class S3Signature
{
    private static readonly string EmptyBody = Convert.ToHexStringLower(SHA256.HashData([]));

    internal static void Sign(HttpRequestMessage request, string region, string accessKey, string secretKey, DateTimeOffset now)
    {
        var time = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var day = time[..8];
        var address = request.RequestUri!;
        var host = address.IsDefaultPort ? address.Host : $"{address.Host}:{address.Port}";
        var canonical = $"{request.Method}\n{address.AbsolutePath}\n\nhost:{host}\nx-amz-content-sha256:{EmptyBody}\nx-amz-date:{time}\n\nhost;x-amz-content-sha256;x-amz-date\n{EmptyBody}";
        var scope = $"{day}/{region}/s3/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Hash(Hash(Hash(Hash(Encoding.UTF8.GetBytes("AWS4" + secretKey), day), region), "s3"), "aws4_request");
        var signature = Convert.ToHexStringLower(Hash(key, toSign));
        request.Headers.Add("x-amz-content-sha256", EmptyBody);
        request.Headers.Add("x-amz-date", time);
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={accessKey}/{scope}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}");
    }

    private static byte[] Hash(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
