using System.CommandLine;
using Platform.Postgres.Secrets;

namespace Platform.Server.CommandLine;

/// <summary><c>secrets</c> and <c>connections</c>: values go in and are never shown.</summary>
internal static class SecretCommands
{
    public static Command Secrets()
    {
        var name = new Argument<string>("name") { Description = "Name, as workflows write it: {{ secret 'name' }}" };
        return Cli.Command("secrets", "Named values that workflows use; never shown, logged or returned", [
            Cli.Command("list", "Names of the secrets", [Cli.Json], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
                var secrets = await node.Get<SecretStore>().ListAsync(cancellationToken);
                if (result.GetValue(Cli.Json))
                    Cli.PrintJson(secrets.Select(s => new { s.Name, s.CreatedAt, s.UpdatedAt }));
                else
                    Cli.PrintTable(["name", "created", "changed"], secrets.Select(s => (IReadOnlyList<string>)[s.Name, $"{s.CreatedAt:u}", $"{s.UpdatedAt:u}"]));
                return 0;
            }),
            Cli.Command("set", "Sets a secret; the value is typed hidden, or comes from standard input", [name], async (result, cancellationToken) =>
            {
                var value = SecretInput.Read($"Value of '{result.GetValue(name)}'");
                await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
                await node.Get<SecretStore>().SetAsync(result.GetValue(name)!, value, cancellationToken);
                Console.Out.WriteLine("Set.");
                return 0;
            }),
            Cli.Command("delete", "Deletes a secret", [name], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
                if (!await node.Get<SecretStore>().DeleteAsync(result.GetValue(name)!, cancellationToken))
                    throw new CliError($"There is no secret '{result.GetValue(name)}'.", "See './platform secrets list'.");
                Console.Out.WriteLine("Deleted.");
                return 0;
            }),
        ]);
    }

    public static Command Connections()
    {
        var name = new Argument<string>("name") { Description = "Name, as workflows write it" };
        var kind = new Argument<string>("kind") { Description = string.Join(", ", ConnectionKinds.All.Select(k => k.Name)) };
        var fields = new Argument<string[]>("fields") { Description = "key=value pairs; give a secret field as key=- to type it hidden or pipe it in", Arity = ArgumentArity.ZeroOrMore };
        return Cli.Command("connections", "Databases, object stores, mail and HTTP services by name", [
            Cli.Command("list", "Connections without their secrets", [Cli.Json], ListAsync),
            Cli.Command("kinds", "Kinds of connections and their fields", [Cli.Json], (result, _) =>
            {
                if (result.GetValue(Cli.Json))
                    Cli.PrintJson(ConnectionKinds.All.Select(k => new { k.Name, k.Title, k.Fields }));
                else
                    Cli.PrintTable(["kind", "field", "required", "secret", "default", "meaning"], ConnectionKinds.All.SelectMany(k => k.Fields.Select(f => (IReadOnlyList<string>)
                        [k.Name, f.Name, f.Required ? "yes" : "", f.Secret ? "yes" : "", f.Default ?? "", f.Help ?? f.Title])));
                return Task.FromResult(0);
            }),
            Cli.Command("set", "Sets a connection", [name, kind, fields], async (result, cancellationToken) =>
            {
                if (ConnectionKinds.All.All(k => k.Name != result.GetValue(kind)))
                    throw CliError.Usage($"There is no kind of connection '{result.GetValue(kind)}'.", $"Use one of {string.Join(", ", ConnectionKinds.All.Select(k => k.Name))}; './platform connections kinds' shows their fields.");
                var values = ReadFields(ConnectionKinds.Get(result.GetValue(kind)!), result.GetValue(fields) ?? []);
                await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
                await node.Get<ConnectionStore>().SetAsync(result.GetValue(name)!, result.GetValue(kind)!, values, cancellationToken);
                Console.Out.WriteLine($"Set. Try it with './platform connections test {result.GetValue(name)}'.");
                return 0;
            }),
            Cli.Command("test", "Tries a connection; exit 0 only if it works", [name, Cli.Json], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
                var test = await node.Get<ConnectionStore>().TestAsync(result.GetValue(name)!, cancellationToken);
                if (result.GetValue(Cli.Json))
                    Cli.PrintJson(test);
                else if (test.Works)
                    Console.Out.WriteLine(test.Message);
                else
                    throw new CliError($"The connection '{result.GetValue(name)}' does not work: {test.Message}", "Mend it with './platform connections set', then test again.");
                return test.Works ? 0 : 1;
            }),
            Cli.Command("delete", "Deletes a connection", [name], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
                if (!await node.Get<ConnectionStore>().DeleteAsync(result.GetValue(name)!, cancellationToken))
                    throw new CliError($"There is no connection '{result.GetValue(name)}'.", "See './platform connections list'.");
                Console.Out.WriteLine("Deleted.");
                return 0;
            }),
        ]);
    }

    private static async Task<int> ListAsync(ParseResult result, CancellationToken cancellationToken)
    {
        await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
        var connections = await node.Get<ConnectionStore>().ListAsync(cancellationToken);
        if (result.GetValue(Cli.Json))
            Cli.PrintJson(connections);
        else
            Cli.PrintTable(["name", "kind", "settings", "secret fields", "changed"], connections.Select(c => (IReadOnlyList<string>)
                [c.Name, c.Kind, string.Join(' ', c.Settings.Select(s => $"{s.Key}={s.Value}")), string.Join(' ', c.SecretFields), $"{c.UpdatedAt:u}"]));
        return 0;
    }

    private static Dictionary<string, string> ReadFields(ConnectionKind kind, string[] pairs)
    {
        var values = new Dictionary<string, string>();
        foreach (var pair in pairs)
        {
            var cut = pair.IndexOf('=', StringComparison.Ordinal);
            if (cut <= 0)
                throw CliError.Usage($"'{pair}' is not key=value.", $"A {kind.Name} connection has the fields {string.Join(", ", kind.Fields.Select(f => f.Name))}.");
            var (key, value) = (pair[..cut], pair[(cut + 1)..]);
            var secret = kind.Fields.FirstOrDefault(f => f.Name == key)?.Secret == true;
            if (secret && value != "-")
                throw new CliError($"The field '{key}' is secret and must not stand on the command line, where other accounts can see it.", $"Give {key}=- and type it, or pipe it in.");
            values[key] = secret ? SecretInput.Read(key) : value;
        }
        return values;
    }
}
