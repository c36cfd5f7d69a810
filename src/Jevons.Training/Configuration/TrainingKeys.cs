namespace Jevons.Training;

/// <summary>The keys of every kind of training.</summary>
public static class TrainingKeys
{
    private static readonly ConfigKey[] s_shared =
    [
        new("model", ConfigKind.Text, null, "The model to start from: a Hugging Face folder, a GGUF file, or a name from 'jevons ls'.") { IsRequired = true },
        new("output", ConfigKind.Text, null, "Folder for checkpoints, logs and the result.") { IsRequired = true },
        new("data", ConfigKind.List, null, "JSON lines files to train on.") { IsRequired = true },
        new("validation", ConfigKind.List, "[]", "JSON lines files for the validation loss; none for a share of the data."),
        new("validation_share", ConfigKind.Number, "0", "Share of the data kept for the validation loss when no files are given; the last sequences.") { Minimum = 0, Maximum = 0.5 },
        new("seed", ConfigKind.Integer, "0", "Seed of the order of the data and of new weights.") { Minimum = 0 },
        new("threads", ConfigKind.Integer, "0", "Threads that compute; 0 for one a processor.") { Minimum = 0, Maximum = 1024 },
        new("max_length", ConfigKind.Integer, "1024", "Tokens of a sequence at most; longer conversations are cut, longer texts are divided.") { Minimum = 2, Maximum = 1 << 20 },
        new("batch_tokens", ConfigKind.Integer, "2048", "Tokens that go through the model at once.") { Minimum = 2, Maximum = 1 << 24 },
        new("batch_sequences", ConfigKind.Integer, "64", "Sequences that go through the model at once at most.") { Minimum = 1, Maximum = 1 << 16 },
        new("accumulate", ConfigKind.Integer, "1", "Batches whose gradients are averaged for one step.") { Minimum = 1, Maximum = 1 << 16 },
        new("shuffle", ConfigKind.Flag, "true", "Whether every epoch has its own order."),
        new("steps", ConfigKind.Integer, "0", "Optimizer steps; 0 counts by epochs.") { Minimum = 0 },
        new("epochs", ConfigKind.Number, "1", "Passes over the data when steps is 0.") { Minimum = 0.001, Maximum = 1e6 },
        new("checkpointing", ConfigKind.Flag, "false", "Runs every layer again on the way back: less memory, more work, the same bits."),
        new("mtp_weight", ConfigKind.Number, "0", "Weight of the multi-token-prediction loss (DeepSeek-V3 begins with 0.3).") { Minimum = 0, Maximum = 10 },
        new("optimizer.name", ConfigKind.Text, "adamw", "The rule of the step; muon treats the matrices inside the layers and leaves the rest to AdamW.") { Choices = ["adamw", "muon"] },
        new("optimizer.lr", ConfigKind.Number, "0.0001", "Learning rate at its peak.") { Minimum = 1e-12, Maximum = 10 },
        new("optimizer.beta1", ConfigKind.Number, "0.9", "Decay of the mean of gradients.") { Minimum = 0, Maximum = 0.99999 },
        new("optimizer.beta2", ConfigKind.Number, "0.95", "Decay of the mean of their squares.") { Minimum = 0, Maximum = 0.99999 },
        new("optimizer.eps", ConfigKind.Number, "1e-8", "Added to the root of the mean square.") { Minimum = 1e-30, Maximum = 1 },
        new("optimizer.weight_decay", ConfigKind.Number, "0.1", "Decay of matrices, per step and learning rate; vectors have none.") { Minimum = 0, Maximum = 10 },
        new("optimizer.momentum", ConfigKind.Number, "0.95", "Muon's momentum.") { Minimum = 0, Maximum = 0.99999 },
        new("optimizer.muon_lr", ConfigKind.Number, "0.02", "Muon's learning rate at its peak.") { Minimum = 1e-12, Maximum = 10 },
        new("optimizer.clip", ConfigKind.Number, "1", "Largest global norm of the gradients; 0 for no limit.") { Minimum = 0 },
        new("schedule.name", ConfigKind.Text, "cosine", "How the learning rate goes after the warm-up.") { Choices = ["constant", "linear", "cosine", "wsd"] },
        new("schedule.warmup", ConfigKind.Integer, "20", "Steps in which the learning rate rises.") { Minimum = 0 },
        new("schedule.floor", ConfigKind.Number, "0.1", "Share of the peak that is left at the end.") { Minimum = 0, Maximum = 1 },
        new("schedule.decay", ConfigKind.Number, "0.2", "Share of the steps in which wsd falls.") { Minimum = 0, Maximum = 1 },
        new("lora.rank", ConfigKind.Integer, "0", "Rank of a LoRA adapter that is trained in place of the weights; 0 trains the weights.") { Minimum = 0, Maximum = 4096 },
        new("lora.alpha", ConfigKind.Number, "0", "The adapter's alpha; 0 for twice its rank.") { Minimum = 0 },
        new("lora.rslora", ConfigKind.Flag, "false", "Divides alpha by the root of the rank (rank-stabilised)."),
        new("lora.targets", ConfigKind.List, "[q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj]", "The layers that the adapter changes, by the last part of their names."),
        new("log.every", ConfigKind.Integer, "1", "Steps from one line of metrics.jsonl to the next.") { Minimum = 1 },
        new("evaluate.every", ConfigKind.Integer, "0", "Steps from one validation loss to the next; 0 for the end only.") { Minimum = 0 },
        new("save.every", ConfigKind.Integer, "100", "Steps from one checkpoint to the next.") { Minimum = 1 },
        new("save.keep", ConfigKind.Integer, "2", "Checkpoints that stay, besides the best one.") { Minimum = 1 },
    ];

    /// <summary>Keys of pretraining and of supervised fine-tuning.</summary>
    public static IReadOnlyList<ConfigKey> Supervised => s_shared;
}
