using AdmissionControl;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddHealthChecks();
builder.Services.AddAdmissionControl(admission =>
{
    // Finds the limit by itself, and turns away the least important first.
    admission.AddPolicy("shop", p => p.AdaptiveConcurrency().ShedByPriority());
    admission.AddPolicy("client", p => p.RatePerPartition("20/s", burst: 40, memory: "16MB")); // Each client's own.
});

WebApplication app = builder.Build();
app.UseAdmissionControl("shop");
app.MapHealthChecks("/healthz"); // A probe always passes, without being asked.
app.MapPost("/checkout", () => "ordered").WithPriority(RequestPriority.Critical);
app.MapGet("/browse", () => "goods");
app.MapGet("/recommendations", () => "more goods").WithPriority(RequestPriority.Bulk).RequireAdmissionControl("client");
app.Run();
