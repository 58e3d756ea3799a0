import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0005_gaps'),
        ('faq', '0006_synonym'),
    ]

    operations = [
        migrations.CreateModel(
            name='Assistant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True)),
                ('slug', models.SlugField(help_text='Its name for programs.', max_length=60, unique=True)),
                ('about', models.CharField(blank=True, default='', help_text='One line below its name in the choice.', max_length=120)),
                ('greeting', models.TextField(blank=True, default='', help_text='What it says first; empty: “Hello! This is the NAME. Ask in your own words.”', max_length=600)),
                ('questions', models.TextField(blank=True, default='', help_text='One a line, to be clicked; empty: the first entry of each of its categories.', verbose_name='suggested questions')),
                ('notice', models.CharField(blank=True, default='', help_text='Shown below each of its answers, as “This is no medical advice.”', max_length=300)),
                ('task', models.CharField(choices=[('faq', 'answers questions from the FAQ'), ('sentiment', 'says the sentiment of what is written')], default='faq', help_text='What it does with a message.', max_length=12)),
                ('heeds_emergencies', models.BooleanField(default=True, help_text='Words of an emergency lead to a person at once.', verbose_name='heeds emergencies')),
                ('is_shadow', models.BooleanField(default=False, help_text='It only drafts, for agents: customers wait for a person, who sends the draft.', verbose_name='shadow mode')),
                ('uses_model', models.BooleanField(default=True, help_text='Where the FAQ has no answer. Off: it says honestly that it does not know.', verbose_name='uses the language model')),
                ('prompt', models.TextField(blank=True, default='', help_text='Who the language model is to be; empty: the friendly assistant of NAME.', max_length=1500, verbose_name='system prompt')),
                ('temperature', models.FloatField(default=0.0, help_text='0: the same question gets the same reply; higher: freer words, more mistakes.', validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(2.0)])),
                ('longest_reply', models.PositiveSmallIntegerField(default=64, help_text='Tokens (about 3/4 of a word each) that the language model may write.', validators=[django.core.validators.MinValueValidator(8), django.core.validators.MaxValueValidator(1000)])),
                ('order', models.PositiveSmallIntegerField(default=0, help_text='In the choice, lowest first.')),
                ('is_active', models.BooleanField(default=True, help_text='Off: not offered, and the default assistant answers in its conversations.', verbose_name='active')),
                ('is_default', models.BooleanField(default=False, help_text='Who answers where nobody was chosen.', verbose_name='default')),
                ('categories', models.ManyToManyField(blank=True, help_text='What it answers from; none: every category that is no other assistant’s.', related_name='+', to='faq.category')),
            ],
            options={
                'ordering': ['order', 'id'],
            },
        ),
        migrations.AddConstraint(
            model_name='assistant',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='one_default_assistant'),
        ),
        migrations.AddField(
            model_name='conversation',
            name='assistant',
            field=models.ForeignKey(blank=True, db_index=False, help_text='Who the bot is here; none: the default assistant.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='chat.assistant'),
        ),
    ]
