using Jevons.Inference;
using Microsoft.Extensions.AI;

using IChatClient client = JevonsChatClient.Load(args[0]);
List<ChatMessage> conversation = [];
while (Console.ReadLine() is { Length: > 0 } question)
{
    conversation.Add(new ChatMessage(ChatRole.User, question));
    List<ChatResponseUpdate> updates = [];
    await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(conversation))
    {
        updates.Add(update);
        foreach (AIContent content in update.Contents)
        {
            Console.Write(content is TextReasoningContent thought ? $"\e[90m{thought.Text}\e[0m" : (content as TextContent)?.Text);
        }
    }

    Console.WriteLine();
    conversation.AddMessages(updates);
}
