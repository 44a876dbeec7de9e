"""What a command takes seconds to import and compile: done once, before `small.workbench` forks commands from it."""

import data_profiling.report.presentation.flavours.html.templates as profiler

import workbench.cli
import workbench.project
import workbench.reports.profiler  # noqa: F401
from workbench.reports import fragments

for templates in (fragments._TEMPLATES, profiler.jinja2_env):
    for name in templates.list_templates(extensions=["j2", "html"]):
        templates.get_template(name)
