"""Login and look-up, nothing more."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import path

from tests.story.bare.models import Person

_FORM = "<form method=post>{% csrf_token %}{{ form.as_p }}{{ answer }}</form>"

_FIELDS = "<input name=nir><input name=birth_date><input name=birth_rank>"
_LOOK_UP = f"<form method=post>{{% csrf_token %}}{_FIELDS}</form>{{{{ answer }}}}"


class Login(LoginView):
    """Django's own, with its form on a page."""

    form_class = AuthenticationForm

    def render_to_response(self, context: dict[str, object], **_: object) -> TemplateResponse:
        """Return the form; there is no template directory to look in."""
        return TemplateResponse(self.request, engines["django"].from_string(_FORM), context)


@login_required(login_url="/login/")
def look_up(request: HttpRequest) -> HttpResponse:
    """Show whoever has this number and birth date."""
    answer = ""
    if request.method == "POST":
        wanted = {name: request.POST[name] for name in ("nir", "birth_date", "birth_rank")}
        found = Person.objects.filter(**wanted).first()
        answer = f"{found.last_name} {found.first_names} {found.nir}" if found else "nobody"
    return HttpResponse(engines["django"].from_string(_LOOK_UP).render({"answer": answer}, request))


urlpatterns = [path("login/", Login.as_view()), path("look-up/", look_up)]
