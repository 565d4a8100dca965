namespace Platform.Workflows.Definition;

/// <summary>Reads <c>on_failure:</c> of a workflow or a task: whom to tell.</summary>
internal static class NotificationReader
{
    public const string Key = "on_failure";

    public static List<NotificationDefinition> Read(MapReader map, ProblemCollector problems)
    {
        var notifications = new List<NotificationDefinition>();
        var node = map.Node(Key);
        if (node is not null && node.Kind != SourceKind.List)
            problems.Add(node.Mark, "wrong-type", $"'{Key}' expects a list such as [{{ kind: webhook, to: 'https://…' }}], not {node.Describe()}.", Key);
        foreach (var element in node?.Elements ?? [])
        {
            if (element.Kind == SourceKind.Map)
                notifications.Add(One(element, problems));
            else
                problems.Add(element.Mark, "wrong-type", $"'{Key}' expects maps such as {{ kind: webhook, to: 'https://…' }}, not {element.Describe()}.", Key);
        }
        return notifications;
    }

    private static NotificationDefinition One(SourceNode element, ProblemCollector problems)
    {
        var inner = new MapReader(element, "the notification", $"{Key}.", problems);
        var kind = inner.RequiredText("kind", "Write webhook, email or log.");
        if (kind.Length > 0 && kind is not ("webhook" or "email" or "log"))
            problems.Add(inner.ValueMarkOf("kind"), "bad-option", $"'{Key}.kind' is '{kind}', which is not one of webhook, email, log.", $"{Key}.kind");
        // A webhook's address may lie in a connection, because it often holds a key itself.
        var connection = kind == "email" ? inner.RequiredText("connection", "Name the connection of the mail server (kind smtp).") : inner.Text("connection");
        var to = kind == "log" || (kind == "webhook" && !string.IsNullOrEmpty(connection)) ? inner.Text("to") ?? "" : inner.RequiredText("to", kind == "email" ? "Write the address, several separated by commas." : "Write the address, or name a 'connection' that has it.");
        if (kind == "webhook" && to.Length > 0 && string.IsNullOrEmpty(connection) && !(Uri.TryCreate(to, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            problems.Add(inner.ValueMarkOf("to"), "bad-option", $"'{Key}.to' is '{to}', which is no address. Write one that begins with https://, or name a 'connection' that has it.", $"{Key}.to");
        var secret = inner.Text("secret");
        inner.Finish();
        return new NotificationDefinition(kind, to, string.IsNullOrEmpty(connection) ? null : connection, secret);
    }
}
