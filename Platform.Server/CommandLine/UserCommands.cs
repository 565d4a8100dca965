using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Platform.Designer.SignIn;
using Platform.Server.Security;

namespace Platform.Server.CommandLine;

/// <summary><c>users</c> and <c>tokens</c>: who may come in.</summary>
internal static class UserCommands
{
    public static Command Users()
    {
        var name = new Argument<string>("name") { Description = "User name" };
        var role = new Option<string>("--role") { Description = "viewer, editor or administrator", DefaultValueFactory = _ => Permissions.Viewer };
        role.AcceptOnlyFromAmong([.. Permissions.Roles]);
        return Cli.Command("users", "Who may sign in", [
            Cli.Command("list", "Users and their roles", [Cli.Json], ListAsync),
            Cli.Command("add", "Adds a user; the password comes from standard input, or is generated and printed", [name, role], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
                var (password, generated) = SecretInput.ReadOrGenerate("Password");
                if (!await node.Get<UserStore>().AddAsync(result.GetValue(name)!, result.GetValue(role)!, password, cancellationToken))
                    throw new CliError($"The user '{result.GetValue(name)}' exists already.", "Choose another name, or set a new password with './platform users password NAME'.");
                Console.Out.WriteLine(generated ? $"Added. Password (shown once): {password}" : "Added.");
                return 0;
            }),
            Cli.Command("password", "Sets a user's password and ends their sessions; it comes from standard input, or is generated and printed", [name], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
                var (password, generated) = SecretInput.ReadOrGenerate("Password");
                if (!await node.Get<UserStore>().SetPasswordAsync(result.GetValue(name)!, password, cancellationToken))
                    throw Unknown(result.GetValue(name)!);
                Console.Out.WriteLine(generated ? $"Set. Password (shown once): {password}" : "Set.");
                return 0;
            }),
            Cli.Command("unlock", "Lets a user sign in at once who waits after wrong passwords", [name], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
                if ((await node.Get<UserStore>().ListAsync(cancellationToken)).All(u => u.Name != result.GetValue(name)))
                    throw Unknown(result.GetValue(name)!);
                await node.Get<SignInGuard>().LiftAsync(result.GetValue(name)!, cancellationToken);
                Console.Out.WriteLine("Nothing waits.");
                return 0;
            }),
            Cli.Command("delete", "Deletes a user with their tokens and sessions", [name], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
                if (!await node.Get<UserStore>().DeleteAsync(result.GetValue(name)!, cancellationToken))
                    throw Unknown(result.GetValue(name)!);
                Console.Out.WriteLine("Deleted.");
                return 0;
            }),
        ]);
    }

    public static Command Tokens()
    {
        var user = new Option<string>("--user") { Description = "Whose rights the token has", DefaultValueFactory = _ => "admin" };
        var label = new Argument<string>("label") { Description = "What it is for" };
        var days = new Option<int?>("--days") { Description = "Days until it ends; without, it does not end" };
        var id = new Argument<long>("id") { Description = "Number of the token, see 'tokens list'" };
        return Cli.Command("tokens", "Tokens with which programs call the HTTP API", [
            Cli.Command("list", "Tokens without their text", [Cli.Json], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
                var tokens = await node.Get<TokenStore>().ListAsync(null, cancellationToken);
                if (result.GetValue(Cli.Json))
                    Cli.PrintJson(tokens);
                else
                    Cli.PrintTable(["id", "user", "label", "created", "expires", "last used"], tokens.Select(t => (IReadOnlyList<string>)
                        [t.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), t.UserName, t.Label, $"{t.Created:u}", t.Expires is { } e ? $"{e:u}" : "never", t.LastUsed is { } l ? $"{l:u}" : "never"]));
                return 0;
            }),
            Cli.Command("create", "Makes a token; its text is printed once", [label, user, days, Cli.Json], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
                var expires = result.GetValue(days) is { } n ? TimeProvider.System.GetUtcNow().AddDays(n) : (DateTimeOffset?)null;
                if (await node.Get<UserStore>().ListAsync(cancellationToken) is [])
                    throw new CliError("This home has no users yet, and a token has the rights of one.", "Start a server, which makes the first ('./platform serve'), or add one: ./platform users add admin --role administrator");
                var token = await node.Get<TokenStore>().CreateAsync(result.GetValue(user)!, result.GetValue(label)!, expires, cancellationToken);
                if (result.GetValue(Cli.Json))
                    Cli.PrintJson(new { Token = token, UserName = result.GetValue(user), Label = result.GetValue(label), Expires = expires });
                else
                    Console.Out.WriteLine(token);
                return 0;
            }),
            Cli.Command("delete", "Ends a token", [id], async (result, cancellationToken) =>
            {
                await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
                if (!await node.Get<TokenStore>().DeleteAsync(result.GetValue(id), null, cancellationToken))
                    throw new CliError($"There is no token {result.GetValue(id)}.", "See './platform tokens list'.");
                Console.Out.WriteLine("Ended.");
                return 0;
            }),
        ]);
    }

    private static async Task<int> ListAsync(ParseResult result, CancellationToken cancellationToken)
    {
        await using var node = await PlatformNode.OpenAsync(GlobalOptions.Read(result), cancellationToken);
        var users = await node.Get<UserStore>().ListAsync(cancellationToken);
        if (result.GetValue(Cli.Json))
            Cli.PrintJson(users);
        else
            Cli.PrintTable(["name", "role", "created", "last sign-in"], users.Select(u => (IReadOnlyList<string>)[u.Name, u.Role, $"{u.Created:u}", u.LastSignIn is { } l ? $"{l:u}" : "never"]));
        return 0;
    }

    private static CliError Unknown(string name) => new($"There is no user '{name}'.", "See './platform users list'.");
}
