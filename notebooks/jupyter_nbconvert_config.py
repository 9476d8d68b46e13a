"""`make notebooks`: pages that open offline, with nothing in them that asks a host."""

c = get_config()  # noqa: F821

c.ExecutePreprocessor.kernel_name = "python3"
c.ExecutePreprocessor.timeout = 600
c.ExecutePreprocessor.store_widget_state = False
c.ExecutePreprocessor.record_timing = False
c.HTMLExporter.require_js_url = ""
c.HTMLExporter.mathjax_url = ""
# a widget is shown as what it says of itself in HTML
c.NbConvertBase.display_data_priority = ["text/html", "text/markdown", "image/svg+xml", "image/png", "text/plain"]
