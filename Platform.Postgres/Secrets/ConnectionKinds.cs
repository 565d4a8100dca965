using System.Globalization;

namespace Platform.Postgres.Secrets;

/// <summary>What kinds of connections there are and which fields each has; forms and checks are made from it.</summary>
public static class ConnectionKinds
{
    /// <summary>All kinds, in the order to offer them.</summary>
    public static IReadOnlyList<ConnectionKind> All { get; } =
    [
        new("postgresql", "PostgreSQL database",
        [
            new("host", "Host", Required: true, Help: "Name or address of the server."),
            new("port", "Port", Default: "5432", IsNumber: true),
            new("database", "Database", Required: true),
            new("username", "User", Required: true),
            new("password", "Password", Secret: true),
            new("ssl_mode", "TLS", Default: "prefer", Choices: ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]),
        ]),
        new("s3", "S3 bucket",
        [
            new("endpoint", "Endpoint", Required: true, Help: "Address of the service, for example https://s3.eu-central-1.amazonaws.com.", IsAddress: true),
            new("region", "Region", Default: "us-east-1"),
            new("bucket", "Bucket", Required: true),
            new("access_key", "Access key", Required: true),
            new("secret_key", "Secret key", Required: true, Secret: true),
        ]),
        new("smtp", "Mail server (SMTP)",
        [
            new("host", "Host", Required: true),
            new("port", "Port", Default: "587", IsNumber: true),
            new("username", "User"),
            new("password", "Password", Secret: true),
            new("from", "From", Required: true, Help: "Sender's address."),
            new("tls", "TLS", Default: "starttls", Choices: ["none", "starttls", "tls"]),
        ]),
        new("http", "HTTP service",
        [
            new("url", "Address", Required: true, IsAddress: true),
            new("username", "User", Help: "For basic authentication."),
            new("password", "Password", Secret: true),
            new("token", "Token", Secret: true, Help: "Sent as a bearer token."),
        ]),
        new("language-model", "Language model",
        [
            new("url", "Address", Required: true, Help: "Base address of an OpenAI-compatible service, for example http://localhost:8000/v1.", IsAddress: true),
            new("model", "Model", Required: true),
            new("token", "Token", Secret: true),
        ]),
        new("openlineage", "OpenLineage receiver",
        [
            new("url", "Address", Required: true, Help: "Of a service that takes OpenLineage events, for example http://marquez:5000; /api/v1/lineage is added where it has no path.", IsAddress: true),
            new("api_key", "API key", Secret: true, Help: "Sent as a bearer token."),
            new("namespace", "Namespace", Default: "platform", Help: "Of our jobs and tables in the events."),
        ]),
    ];

    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static ConnectionKind Get(string kind) => All.FirstOrDefault(k => k.Name == kind)
        ?? throw new ArgumentException($"There is no kind of connection '{kind}'. Use one of {string.Join(", ", All.Select(k => k.Name))}.", nameof(kind));
}

/// <summary>A kind of connection.</summary>
public sealed record ConnectionKind(string Name, string Title, IReadOnlyList<ConnectionField> Fields)
{
    /// <summary>Checks fields, fills in defaults and leaves empty ones out.</summary>
    /// <param name="fields">Values by name.</param>
    /// <param name="alreadySet">Secret fields that an earlier setting has and this one keeps by leaving them out.</param>
    /// <exception cref="ArgumentException">A field is unknown, missing or has a wrong form. A secret's value is not repeated.</exception>
    internal Dictionary<string, string> Check(IReadOnlyDictionary<string, string> fields, IReadOnlyCollection<string> alreadySet)
    {
        if (fields.Keys.FirstOrDefault(k => Fields.All(f => f.Name != k)) is { } unknown)
            throw new ArgumentException($"A connection of kind {Name} has no field '{unknown}'. It has {string.Join(", ", Fields.Select(f => f.Name))}.", nameof(fields));
        var result = new Dictionary<string, string>();
        foreach (var field in Fields)
        {
            var value = fields.GetValueOrDefault(field.Name);
            if (string.IsNullOrWhiteSpace(value))
                value = field.Default;
            if (value is null)
            {
                if (field.Required && !alreadySet.Contains(field.Name))
                    throw new ArgumentException($"A connection of kind {Name} needs the field '{field.Name}'.", nameof(fields));
                continue;
            }

            if (field.IsNumber && !(int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535))
                throw new ArgumentException($"The field '{field.Name}' must be a number from 1 to 65535, and is '{value}'.", nameof(fields));
            if (field.IsAddress && !(Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
                throw new ArgumentException($"The field '{field.Name}' must be an address that begins with http:// or https://.", nameof(fields));
            if (field.Choices is not null && !field.Choices.Contains(value))
                throw new ArgumentException($"The field '{field.Name}' must be one of {string.Join(", ", field.Choices)}, and is '{value}'.", nameof(fields));
            result[field.Name] = value;
        }

        return result;
    }
}

/// <summary>A field of a kind of connection.</summary>
/// <param name="Name">Name in commands and workflows.</param>
/// <param name="Title">For forms.</param>
/// <param name="Required">Whether it must be given.</param>
/// <param name="Secret">Whether it is encrypted and never shown.</param>
/// <param name="Default">Value when left out; null for none.</param>
/// <param name="Help">A sentence; null where the title says it.</param>
/// <param name="IsNumber">Whether it is a port.</param>
/// <param name="IsAddress">Whether it is an http or https address.</param>
/// <param name="Choices">The only values it may have; null for any.</param>
public sealed record ConnectionField(string Name, string Title, bool Required = false, bool Secret = false, string? Default = null, string? Help = null, bool IsNumber = false, bool IsAddress = false, IReadOnlyList<string>? Choices = null);
