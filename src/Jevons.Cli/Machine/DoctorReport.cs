using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Jevons.Hub;
using Jevons.Inference;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Cli;

/// <summary>What was found about a machine.</summary>
internal sealed record DoctorReport
{
    /// <summary>The environment.</summary>
    public required CliContext Context { get; init; }

    /// <summary>The processor.</summary>
    public required ProcessorInfo Processor { get; init; }

    /// <summary>The memory.</summary>
    public required MachineMemory Memory { get; init; }

    /// <summary>What kernels use.</summary>
    public required CpuFeatures Features { get; init; }

    /// <summary>Generated kernels that a probe refused.</summary>
    public required IReadOnlyList<string> RefusedKernels { get; init; }

    /// <summary>Threads that computed.</summary>
    public required int Threads { get; init; }

    /// <summary>What the machine can do.</summary>
    public required Ceilings Ceilings { get; init; }

    /// <summary>Operations a second of our own products, by the type of the weights.</summary>
    public required IReadOnlyList<(TensorType Type, double Rate)> Products { get; init; }

    /// <summary>Writes lines for people.</summary>
    public void WriteText()
    {
        List<string[]> rows = [];
        Line(rows, "jevons", $"{ShowVersion.Version} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription.Trim()} ({Lower(RuntimeInformation.ProcessArchitecture)})");
        Line(rows, "processor", Text($"{Processor.Name}, {Processor.Threads} hardware threads{(CpuLimit.Read() is { } limit ? Text($", the container allows the time of {limit:0.##}") : "")}"));
        Line(rows, "can use", string.Join(' ', Processor.Usable));
        if (Processor.SwitchedOff.Count > 0)
        {
            Line(rows, "switched off", string.Join(' ', Processor.SwitchedOff));
        }

        Line(rows, "kernels", $"{Lower(Features.Isa)}{VectorNotes}{(Features.ArmDotProduct ? " with dot products" : "")}: {Reason()}");
        if (RefusedKernels.Count > 0)
        {
            Line(rows, "not used", $"the generated kernels of {string.Join(", ", RefusedKernels)}: on a probe they gave other bits than the definition or found no executable memory, so the intrinsic kernels run; please report it");
        }

        foreach (string knob in Knobs())
        {
            Line(rows, "setting", knob);
        }

        Line(rows, "measured", Text($"with {Threads} thread{(Threads == 1 ? "" : "s")}: memory {Ceilings.MemoryBandwidth / 1e9:F1} GB/s, f32 {Ceilings.Float32 / 1e9:F0} GFLOP/s, int8 {Ceilings.Int8 / 1e9:F0} GOP/s"));
        Line(rows, "products", string.Join(", ", Products.Select(p => Text($"{p.Type} {p.Rate / 1e9:F0} GOP/s ({p.Rate / CeilingOf(p.Type):P0})"))));
        Line(rows, "memory", $"{ByteText.Of(Memory.Total)}, {ByteText.Of(Memory.Available)} available{(Memory.Limit is { } most ? $"; the container allows {ByteText.Of(most)}" : "")}");
        AddStore(rows);
        Line(rows, "terminal", Terminal());
        TextTable.Write(Context.Out, rows, Context.OutColumns, Context.OutStyle.Grey);
    }

    /// <summary>Writes the properties of an object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("version", ShowVersion.Version);
        json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
        json.WriteString("system", RuntimeInformation.OSDescription.Trim());
        json.WriteString("architecture", Lower(RuntimeInformation.ProcessArchitecture));
        json.WriteStartObject("processor");
        json.WriteString("name", Processor.Name);
        json.WriteNumber("hardware_threads", Processor.Threads);
        if (CpuLimit.Read() is { } limit)
        {
            json.WriteNumber("container_processors", limit);
        }

        WriteTexts(json, "usable", Processor.Usable);
        WriteTexts(json, "absent", Processor.Absent);
        WriteTexts(json, "switched_off", Processor.SwitchedOff);
        json.WriteEndObject();
        json.WriteStartObject("kernels");
        json.WriteString("isa", Lower(Features.Isa));
        json.WriteBoolean("generated_kernels", InstructionSets.UsesGeneratedKernels(Features));
        WriteTexts(json, "refused_generated_kernels", RefusedKernels);
        json.WriteBoolean("avx_vnni", Features.AvxVnni);
        json.WriteBoolean("arm_dot_product", Features.ArmDotProduct);
        json.WriteString("reason", Reason());
        WriteTexts(json, "settings", Knobs());
        json.WriteEndObject();
        json.WriteStartObject("measured");
        json.WriteNumber("threads", Threads);
        JsonNumbers.Write(json, "memory_bytes_per_second", Ceilings.MemoryBandwidth);
        JsonNumbers.Write(json, "float32_operations_per_second", Ceilings.Float32);
        JsonNumbers.Write(json, "int8_operations_per_second", Ceilings.Int8);
        json.WriteStartObject("product_operations_per_second");
        foreach ((TensorType type, double rate) in Products)
        {
            JsonNumbers.Write(json, type.ToString(), rate);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("memory");
        json.WriteNumber("total_bytes", Memory.Total);
        json.WriteNumber("available_bytes", Memory.Available);
        if (Memory.Limit is { } most)
        {
            json.WriteNumber("container_limit_bytes", most);
        }

        json.WriteEndObject();
        json.WriteStartObject("store");
        json.WriteString("folder", Context.Environment.ModelsFolder);
        json.WriteNumber("models", HubAccess.Store(Context).List().Count);
        json.WriteNumber("free_disk_bytes", DiskSpace.AvailableAt(Context.Environment.ModelsFolder));
        json.WriteEndObject();
        json.WriteStartObject("terminal");
        json.WriteBoolean("input", Context.IsInTerminal);
        json.WriteBoolean("output", Context.IsOutTerminal);
        json.WriteBoolean("error", Context.IsErrorTerminal);
        json.WriteString("term", Context.Environment.Term);
        json.WriteBoolean("colour", Context.OutStyle.IsOn);
        json.WriteEndObject();
    }

    private void AddStore(List<string[]> rows)
    {
        IReadOnlyList<StoredModel> models = HubAccess.Store(Context).List();
        long free = DiskSpace.AvailableAt(Context.Environment.ModelsFolder);
        Line(rows, "store", $"{Context.Environment.ModelsFolder}: {models.Count} models, {ByteText.Of(models.Sum(m => m.Size))}; {ByteText.Of(free)} free on its disk");
        ModelAdvice? best = new ModelAdvisor(Memory.Total, free).Best;
        Line(rows, "fits", best is null
            ? "no R1 distill fits memory and disk"
            : $"{best.Model.ShortName} is the largest R1 distill that fits ({ByteText.Of(best.MemoryNeeded)} with {best.Context} tokens of context)");
    }

    private string VectorNotes => InstructionSets.UsesGeneratedKernels(Features) ? " with generated AVX-512 VNNI, compared with the definition on a probe"
        : Features is { AvxVnni: true, Isa: Isa.Avx2 } ? " with AVX-VNNI"
        : "";

    private string Reason()
    {
        Isa widest = CpuFeatures.Detect().Isa;
        return Features.Isa != widest ? $"as --isa asks; this process could use {Lower(widest)}"
            : Processor.SwitchedOff.Count > 0 ? "the widest that the runtime's settings leave"
            : "the widest that this processor has";
    }

    private IEnumerable<string> Knobs()
    {
        foreach ((string variable, string value) in Context.Environment.RuntimeKnobs)
        {
            string[] disables = RuntimeKnobs.All.FirstOrDefault(k => k.Variable == variable).Disables ?? [];
            string[] off = [.. disables.Intersect(Processor.SwitchedOff, StringComparer.Ordinal)];
            yield return variable == RuntimeKnobs.Forgotten
                ? $"{variable}={value} has no effect in this runtime; DOTNET_EnableAVX512 is its name now"
                : $"{variable}={value}{(value == "0" && off.Length > 0 ? $" switches off {string.Join(' ', off)}" : "")}";
        }
    }

    private string Terminal()
    {
        if (!Context.IsOutTerminal)
        {
            return "standard output is no terminal";
        }

        string keys = Context.Keyboard is null ? "no keys: standard input is no terminal" : Context.Environment.Term == "dumb" ? "plain lines" : "line editing";
        return $"{Context.Environment.Term ?? "unnamed"}, {Context.TerminalWidth().ToString(CultureInfo.InvariantCulture)} columns, {(Context.OutStyle.IsOn ? "colour" : "no colour")}, {keys}";
    }

    private double CeilingOf(TensorType type) => TensorTypes.IsQuantized(type) ? Ceilings.Int8 : Ceilings.Float32;

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void Line(List<string[]> rows, string name, string value) => rows.Add([name, value]);

    private static string Lower(Enum value) => value.ToString().ToLowerInvariant();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
